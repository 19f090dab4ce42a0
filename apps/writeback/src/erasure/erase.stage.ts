import { signErasureCertificate, type ErasureRequest } from '@bailiwick/contracts';
import { CustodyError, type Custody } from '@bailiwick/custody';
import { erasureKey, type CellSpec, type ErasureOrder } from '@bailiwick/domain';
import {
  deadLetter,
  settle,
  violation,
  type ControlReader,
  type Outcome,
  type Stage,
} from '@bailiwick/kafka';
import { BailiwickError, counter } from '@bailiwick/platform';
import type { KeyObject } from 'node:crypto';
import { certificateOf } from './certificate.js';

/** What erasing needs. */
export interface Erasing {
  readonly cell: CellSpec;
  /** SPIFFE id of this service. */
  readonly issuer: string;
  readonly control: Pick<ControlReader, 'ready' | 'get' | 'all'>;
  readonly custody: Pick<Custody, 'erase'>;
  /** Key that signs certificates. */
  readonly signer: { readonly key: KeyObject; readonly kid: string };
}

const ERASURES = counter(
  'bailiwick_erasures_total',
  'Erasures that were carried out, by whom they were about',
  ['scope'],
);

/** After how long an order is known to every process that is ever to know it, in milliseconds. */
const ORDER_KNOWN_MS = 60_000;

/**
 * Carries out requests for erasure: destroys the keys, and says so in a fact with its certificate. Whoever asks for a whole tenant
 * needs an order that two people approved; the request itself is not believed.
 */
export const eraseStage =
  ({ cell, issuer, control, custody, signer }: Erasing): Stage<ErasureRequest> =>
  async (request, { event }) => {
    if (!control.ready) throw new BailiwickError('control-not-ready', 'the control topics are not read yet');
    const { eventId, tenant } = request;
    const whom = whomToErase(request, control);
    // Another process that heard of it sooner passed it on.
    if (whom === null && Date.now() - event.time < ORDER_KNOWN_MS)
      throw new BailiwickError('control-not-ready', 'the order is not known here yet');
    if (whom === null) return NOT_ORDERED;
    const profile = control.get('profile', tenant);
    if (profile && profile.homeRegion !== cell.region) return WRONG_CELL;
    const erased = await custody
      .erase({ request: eventId, tenant, subject: whom.subject })
      .catch((thrown: unknown) => Promise.reject(failure(thrown)));
    const certificate = certificateOf({ cell, issuer, request, erased, pools: control.all('pool') });
    const { keys, pseudonyms } = erased;
    ERASURES.inc({ scope: whom.subject === null ? 'tenant' : 'subject' });
    return [
      settle({
        kind: 'erased',
        reason: whom.reason,
        erasure: {
          keys,
          pseudonyms,
          certificate: await signErasureCertificate(certificate, signer.key, signer.kid),
        },
      }),
    ];
  };

/** Whom the request, or its order, says; null for what nobody may ask for like this. */
function whomToErase(
  { tenant, subject, order }: ErasureRequest,
  control: Pick<ControlReader, 'get'>,
): Pick<ErasureOrder, 'subject' | 'reason'> | null {
  if (order !== '') return control.get('erasure', erasureKey(tenant, order)) ?? null;
  return subject === '' ? null : { subject, reason: 'asked-by-data-subject' };
}

const refused = (code: 'erasure-not-ordered' | 'wrong-cell', detail: string): readonly Outcome[] => [
  deadLetter(code, detail),
  violation(code, detail),
];
const NOT_ORDERED = refused(
  'erasure-not-ordered',
  'nobody approved the order that the request names, or it names none and needs one',
);
const WRONG_CELL = refused('wrong-cell', 'the tenant is at home in another cell');

function failure(thrown: unknown): unknown {
  if (!(thrown instanceof CustodyError)) return thrown;
  return thrown.category === 'transient'
    ? new BailiwickError('database-unavailable', 'the key store does not answer', { cause: thrown })
    : new BailiwickError('internal', 'custody refused to work; its cause is in the service log', {
        cause: thrown,
      });
}
