import { createHash } from 'node:crypto';
import type { ProfileTerms } from './profile-terms.js';

/** SHA-256 of a text as it stands, hexadecimal: what a profile keeps of an acknowledged text. */
export const textDigest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const BASES: Readonly<Record<ProfileTerms['permitted'][number]['transferBasis'], string>> = {
  adequacy: 'an adequacy decision (GDPR Art 45)',
  scc: 'standard contractual clauses (GDPR Art 46)',
  bcr: 'binding corporate rules (GDPR Art 47)',
  derogation: 'a derogation (GDPR Art 49)',
  none: 'no basis',
};

/**
 * The text that a person acknowledges: all of the profile, in sentences, and the same text for the same profile,
 * because its digest is what was acknowledged. Changing a word here changes no text that was acknowledged: that one is kept.
 */
export function profileText(tenant: string, version: number, terms: ProfileTerms): string {
  const {
    homeJurisdiction,
    homeRegion,
    permitted,
    isolation,
    contractReference,
    retention,
    overflow,
    releases,
  } = terms;
  const transfers = permitted.map(
    ({ jurisdiction, transferBasis, documentReference, highestSensitivity }) =>
      `- Data of sensitivity ${highestSensitivity} or lower, after minimisation, may be answered in jurisdiction ` +
      `${jurisdiction}, on ${BASES[transferBasis]}, document ${documentReference}.`,
  );
  const contacts = terms.incidentContacts.map(
    ({ name, email, phone }) => `- ${name}, ${email}${phone === undefined ? '' : `, ${phone}`}`,
  );
  return [
    `Residency profile of ${tenant}, version ${version}, under contract ${contractReference}.`,
    '',
    `The records of ${tenant} are kept and processed in jurisdiction ${homeJurisdiction}, in region ${homeRegion}.`,
    isolation === 'dedicated'
      ? `They are answered only by pools that are dedicated to ${tenant}.`
      : 'They may be answered by pools that other tenants use too.',
    overflow === 'permitted'
      ? 'When no pool in that jurisdiction has room, they may be answered where they may go besides.'
      : 'When no pool in that jurisdiction has room, they wait.',
    releases === 'operator'
      ? 'Operators may have records that were held decided on anew.'
      : `Records that were held are decided on anew only when a person of ${tenant} in the role security or compliance has approved it.`,
    '',
    ...(transfers.length > 0
      ? ['They may leave that jurisdiction in these cases and in no other:', ...transfers]
      : ['They never leave that jurisdiction.']),
    '',
    `Records are kept ${retention.records} days at most, records that were held or could not be processed ` +
      `${retention.held} days, lineage without personal data ${retention.lineage} days.`,
    '',
    'Of an incident are told:',
    ...contacts,
    '',
  ].join('\n');
}
