import { createHash } from 'node:crypto';
import type { ControlSigner } from '@bailiwick/kafka';
import { CompactSign } from 'jose';
import type { Operation } from './operation.js';

/** What the control-plane states about a change that took effect. */
export interface ChangeStatement {
  readonly change: string;
  /** Tenant, or null for what belongs to none. */
  readonly tenant: string | null;
  readonly author: string;
  readonly approvals: readonly { readonly role: string; readonly by: string; readonly at: string }[];
  /** Why it took effect without two approvals, or null. */
  readonly emergency: string | null;
  readonly effectiveAt: string;
  readonly things: readonly {
    readonly kind: string;
    readonly id: string;
    readonly version: number;
    /** SHA-256 of the new terms as JSON, hexadecimal; null where the thing was retired. */
    readonly digest: string | null;
  }[];
}

/** The versions that operations make, each with the digest of what it says. */
export const statedThings = (operations: readonly Operation[]): ChangeStatement['things'] =>
  operations.map(({ kind, id, base, after }) => ({
    kind,
    id,
    version: base + 1,
    digest: after === null ? null : createHash('sha256').update(JSON.stringify(after)).digest('hex'),
  }));

/** Signs the statement as a compact JWS (EdDSA); it verifies with the key that signs control entries. */
export const signStatement = (statement: ChangeStatement, { key, kid }: ControlSigner): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(statement)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'bailiwick-change+jws' })
    .sign(key);
