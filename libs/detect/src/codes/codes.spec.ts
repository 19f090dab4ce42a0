import { describe, expect, it } from 'vitest';
import { detect } from '../detect.js';

const KINDS = [
  'EMAIL_ADDRESS',
  'URL',
  'DOMAIN_NAME',
  'IBAN_CODE',
  'BIC',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'CRYPTO',
  'CREDENTIAL',
];
const found = (text: string): string[] =>
  detect(text, { entities: KINDS }).map(({ start, end, entity }) => `${entity} ${text.slice(start, end)}`);

/** Examples of the documents that define the forms; a secret is put together here, so that no scanner takes it for one. */
const key = (...parts: readonly string[]): string => parts.join('');
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  EMAIL_ADDRESS: [
    'write to [anna.mueller+crm@mail.example.co.uk].',
    "([o'neil@example.com])",
    '<[a@b.example.org]>;',
    'mailto:[anna@example.com]?subject=x',
  ],
  URL: [
    'see [https://example.com/a?b=c#d].',
    '([http://192.0.2.1:8080/x_(y)])',
    '[www.example.com], or',
    '[example.com/people/anna]',
    'at [ftp://files.example.org]',
  ],
  DOMAIN_NAME: ['visit [example.com].', 'our shop is [nordwind-handel.de]', '[sub.example.co.uk]'],
  IBAN_CODE: [
    '[DE89 3704 0044 0532 0130 00]',
    '[gb29nwbk60161331926819]',
    'IBAN: [FR14-2004-1010-0505-0001-3M02-606]',
  ],
  BIC: ['BIC: [DEUTDEFF]', 'SWIFT [NEDSZAJJXXX]', '[DEUTDEFFXXX]', '[COBADEFF] (BIC)'],
  IP_ADDRESS: [
    'from [192.168.10.12].',
    '[2001:db8::8a2e:370:7334] again',
    '[::ffff:192.0.2.128]',
    'host [fe80::1]',
  ],
  MAC_ADDRESS: ['[00:1A:2B:3C:4D:5E]', '[00-1a-2b-3c-4d-5e]', '[001a.2b3c.4d5e]'],
  CRYPTO: [
    '[1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa]',
    '[bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4]',
    '[bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0]',
    '[0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed]',
  ],
  API_KEY: [
    `[${key('AKIA', 'IOSFODNN7EXAMPLE')}]`,
    `token [${key('ghp_', '0123456789abcdefghijABCDEFGHIJ012345')}]`,
    `[${key('xoxb-', '123456789012-abcdefGHIJKL')}]`,
    `[${key('AIza', 'SyA0123456789abcdefghijklmnopqrstuv')}]`,
    `[${key('sk_live_', '4eC39HqLyjWDarjtT1zdp7dc')}]`,
    `[${key('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0In0.', 'c2lnbmF0dXJl')}]`,
    `Authorization: Bearer [${key('abcdef', '0123456789ABCDEF')}]`,
    `api_key=[${key('3f9a', '77bc01de')}]`,
  ],
  PASSWORD: [
    'password: [Hunter2!]',
    'das Passwort lautet [geheim#1]',
    'mot de passe : [Soleil75!]',
    'hasło: [zima2020]',
  ],
  PRIVATE_KEY: [`[${key('-----BEGIN RSA PRIV', 'ATE KEY-----\nMIIE\n-----END RSA PRIV', 'ATE KEY-----')}]`],
};

describe('values with a form', () => {
  it.each(Object.entries(WRITTEN).flatMap(([entity, texts]) => texts.map((text) => [entity, text])))(
    '%s are found in "%s"',
    (entity, marked) => {
      const value = /\[([^]*)\]/.exec(marked)?.[1];
      expect(found(marked.replaceAll(/[[\]]/g, ''))).toEqual([`${entity} ${value}`]);
    },
  );

  it.each([
    'user@localhost, @handle, a@b',
    'DE89 3704 0044 0532 0130 01',
    'CUSTOMER INTERNET STANDARD PRODUCTS',
    'version 4.1.0 and 10.2.3.4.5, see std::vector and a::b',
    'firmware 1.2.3.4',
    'at 12:30:45 and 00:00:00:00:00:00',
    'ratio 1:2:3, chapter 3.4',
    'main.py, index.js and report.pdf, done.It works e.g. here',
    'the password is wrong, password: reset',
    'secret santa, key: blue',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
    'commit 3f786850e387550fdab836ed7e6dc881de23001b',
    'GET /v1/items: 404',
    'S.A. de C.V., d.h. morgen',
    'order A-100.200.300.400',
    'see sk-learn and pat-a-cake',
  ])('nothing is found in "%s"', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('an address of a page that holds a mailbox is one span', () => {
    expect(found('https://example.com/?to=anna@example.org&x=1')).toEqual([
      'EMAIL_ADDRESS https://example.com/?to=anna@example.org&x=1',
    ]);
  });
});

describe('the case of Ethereum addresses (EIP-55)', () => {
  it.each([
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 1],
    ['0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359', 1],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', 0.9],
    ['0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 0.6],
  ])('tells how sure %s is', (address, score) => {
    expect(detect(`send it to ${address}`)).toMatchObject([{ entity: 'CRYPTO', score }]);
  });
});
