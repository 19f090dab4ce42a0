import type { CoveredPlace, ErasureCertificate } from '@bailiwick/contracts';
import { table, timeOf } from '../print/table.js';
import type { Paint } from '../print/style.js';

const STATES: Readonly<Record<CoveredPlace['state'], string>> = {
  'key-destroyed': 'opens for nobody',
  deleted: 'deleted',
  'open-to-pool': 'opens for the pool that it was put to',
};

/** A certificate on one screen, for people. */
export function renderCertificate(certificate: ErasureCertificate, paint: Paint): readonly string[] {
  const { tenant, subject, request, keys, pseudonyms, erasedAt, forgottenBy, closedBy, covers, limits } =
    certificate;
  return [
    `${certificate.jti}  ${subject === null ? `everybody of ${tenant}` : `data subject ${subject} of ${tenant}`}`,
    `  asked for    by ${request.by}${request.order === null ? '' : `, order ${request.order}`}${request.requestedAt === null ? '' : `, ${request.requestedAt}`}`,
    `  erased       ${erasedAt}: ${keys} keys of data subjects, ${pseudonyms} pseudonyms`,
    `  forgotten    by every process by ${forgottenBy}`,
    `  closed       to every pool by ${closedBy}`,
    `  stated by    ${certificate.iss}`,
    '',
    ...table(
      ['PLACE', 'WHAT LIES THERE', 'GONE BY (UTC)'],
      covers.map(({ place, state, goneBy }) => [place, STATES[state], goneBy === null ? '' : timeOf(goneBy)]),
      paint,
    ),
    '',
    ...limits.map((limit) => `  ${limit}`),
  ];
}
