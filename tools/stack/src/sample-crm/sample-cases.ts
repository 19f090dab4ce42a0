import type { JsonObject } from '@bailiwick/domain';

/** A customer's case as the sample CRM holds it. All people and numbers are invented. */
type Case = JsonObject & { readonly Subject: string; readonly Description: string };
type Person = JsonObject & { readonly ContactName: string };

const person = (name: string, email: string, phone: string, birthDate: string): Person => ({
  ContactName: name,
  ContactEmail: email,
  ContactPhone: phone,
  BirthDate: birthDate,
});

const PEOPLE: readonly Person[] = [
  person('Marta Feldkamp', 'marta.feldkamp@example.com', '+49 30 5550101', '1984-03-12'),
  person('Jonas Ahlbrecht', 'jonas.ahlbrecht@example.org', '+49 40 5550102', '1979-11-02'),
  person('Lucia Moreno', 'lucia.moreno@example.net', '+34 91 5550103', '1991-07-25'),
  person('Peter Vandenberg', 'p.vandenberg@example.com', '+32 2 5550104', '1968-01-30'),
  person('Amelia Hartwell', 'amelia.hartwell@example.org', '+1 202 555 0105', '1995-09-17'),
  person('Owen Castellan', 'owen.castellan@example.net', '+1 312 555 0106', '1973-05-08'),
];

const TEXTS: readonly (readonly [subject: string, text: (name: string) => string, product: string])[] = [
  [
    'Double charge on invoice',
    (name) => `Hello, this is ${name}. I was charged twice for the same invoice. Please correct it.`,
    'Router X2',
  ],
  [
    'Refund for returned item',
    (name) => `I sent the item back two weeks ago and still have no refund. Kind regards, ${name}`,
    'Headset Pro',
  ],
  [
    'Parcel has not arrived',
    () => 'The parcel was due on Monday and the tracking page has not moved since.',
    'Smart Lamp',
  ],
  [
    'Device does not start',
    () => 'Since the last update the device does not start any more. The light blinks red.',
    'Router X2',
  ],
  [
    'Cannot sign in',
    (name) => `I cannot sign in and the reset mail never comes. My account is under ${name}.`,
    'Cloud Storage',
  ],
  [
    'Please cancel my contract',
    (name) => `I want to cancel my contract at the end of the month. ${name}`,
    'Fibre 250',
  ],
  [
    'Very disappointed',
    () => 'This is the third time that nobody called back. I am very disappointed with your service.',
    'Fibre 250',
  ],
  [
    'Question about opening hours',
    () => 'What are your opening hours next week? Thank you very much.',
    'Cloud Storage',
  ],
  [
    'Where is my delivery?',
    () => 'My delivery is a week late. Could you please look into it?',
    'Headset Pro',
  ],
  ['Invoice is not clear', () => 'I do not understand the second position of my last invoice.', 'Smart Lamp'],
];
const CHANNELS = ['Email', 'Web', 'Phone', 'Chat'];

/** The nth case: text, person and channel go round at different periods, so that neighbours differ. */
export function sampleCase(n: number): Case {
  const contact = PEOPLE[n % PEOPLE.length];
  const [subject, text, product] = TEXTS[n % TEXTS.length] ?? ['', () => '', ''];
  return {
    ...contact,
    Subject: subject,
    Description: text(contact?.ContactName ?? ''),
    Product__c: product,
    Origin: CHANNELS[n % CHANNELS.length] ?? 'Web',
    Status: 'New',
  };
}
