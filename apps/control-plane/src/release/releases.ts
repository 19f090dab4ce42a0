import { randomBytes } from 'node:crypto';
import { signReleaseOrder } from '@bailiwick/contracts';
import { base32 } from '@bailiwick/domain';
import type { ControlSigner } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { audit } from '../audit/audit.js';
import { APPROVING_ROLES, type ApprovingRole } from '../change/change-state.js';
import type { Db } from '../db.js';
import { hasRole, requireBelonging, requireRole, type Caller, type NotThere } from '../people/caller.js';
import { MESH } from '../terms/thing.js';

/** How long an approval is good, in milliseconds: whoever asked is at work, and the record is judged anew at any rate. */
const ORDER_MS = 3_600_000;

/** The record that is meant: whose it is, and where a cell keeps it. */
export interface KeptAt {
  readonly tenant: string;
  readonly event: string;
  readonly region: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A request to have a record judged anew that is kept back, and what became of it. */
export interface Release extends KeptAt {
  readonly seq: number;
  readonly id: string;
  readonly reference: string;
  /** Subject of who asked. */
  readonly askedBy: string;
  readonly askedAt: string;
  /** Null while nobody has approved it. */
  readonly approval: {
    readonly by: string;
    readonly role: ApprovingRole;
    readonly at: string;
    readonly expiresAt: string;
    /** What the router of the cell obeys, as a compact JWS. */
    readonly order: string;
  } | null;
}

interface Row {
  readonly seq: string;
  readonly release_id: string;
  readonly tenant: string;
  readonly event: string;
  readonly region: string;
  readonly topic: string;
  readonly partition: number;
  readonly position: string;
  readonly reference: string;
  readonly asked_by: string;
  readonly asked_at: Date;
  readonly approved_by: string | null;
  readonly role: ApprovingRole | null;
  readonly approved_at: Date | null;
  readonly expires_at: Date | null;
  readonly signed_order: string | null;
}

const NO_RELEASE: NotThere = { code: 'release-unknown', detail: 'there is no request of this id' };

/**
 * Releases that a tenant's profile does not leave to operators: somebody asks, somebody else of the tenant approves, and the
 * control-plane signs that. It moves no record: it has no right to any topic of a cell but those that it tells.
 */
export class Releases {
  constructor(
    private readonly signer: ControlSigner,
    private readonly now: () => number,
  ) {}

  /** Asks for a release, or gives the request of before that still stands. An operator of the mesh or somebody of the tenant. */
  async ask(db: Db, caller: Caller, kept: KeptAt, reference: string): Promise<Release> {
    if (!hasRole(caller, MESH, 'operator')) requireBelonging(caller, kept.tenant);
    const standing = await this.#standing(db, kept);
    if (standing) return standing;
    const id = `rel_${base32(randomBytes(15))}`;
    const { tenant, event, region, topic, partition, offset } = kept;
    await db.query(
      `INSERT INTO control.release (release_id, tenant, event, region, topic, partition, position, reference, asked_by, asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000))`,
      [id, tenant, event, region, topic, partition, offset, reference, caller.subject, this.now()],
    );
    await audit(db, {
      scope: tenant,
      subject: caller.subject,
      act: 'release.ask',
      target: id,
      detail: event,
    });
    return this.#found(db, id);
  }

  /** The request with this id, for who asked and for people of the tenant. */
  async get(db: Db, caller: Caller, id: string): Promise<Release> {
    const release = await this.#found(db, id);
    if (release.askedBy !== caller.subject) requireBelonging(caller, release.tenant, NO_RELEASE);
    return release;
  }

  /** Requests of these tenants that nobody has approved, newest first. */
  async waiting(
    db: Db,
    tenants: readonly string[],
    limit: number,
    before: number | null,
  ): Promise<readonly Release[]> {
    const { rows } = await db.query<Row>(
      `SELECT * FROM control.release WHERE tenant = ANY($1) AND approved_at IS NULL
         AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
      [tenants, before, limit],
    );
    return rows.map(releaseOf);
  }

  /** Approves, in a role of the tenant and as another person than who asked; signs the order. Again, it changes nothing. */
  async approve(db: Db, caller: Caller, id: string): Promise<Release> {
    await db.query('SELECT 1 FROM control.release WHERE release_id = $1 FOR UPDATE', [id]);
    const release = await this.#found(db, id);
    const { tenant, event, region, topic, partition, offset, reference, askedBy } = release;
    const role = APPROVING_ROLES.find((one) => hasRole(caller, tenant, one));
    if (!role) {
      requireRole(caller, tenant, 'security', NO_RELEASE);
      return release;
    }
    if (caller.subject === askedBy)
      throw new BailiwickError('approval-not-permitted', 'who asks for a release cannot approve it');
    if (release.approval) return release;
    const iat = Math.floor(this.now() / 1000);
    const exp = iat + ORDER_MS / 1000;
    const { key, kid } = this.signer;
    const place = { tenant, event, region, topic, partition, offset, reference };
    const order = await signReleaseOrder(
      { jti: id, ...place, askedBy, approvedBy: caller.subject, role, iat, exp },
      key,
      kid,
    );
    await db.query(
      `UPDATE control.release SET approved_by = $2, role = $3, approved_at = to_timestamp($4::float8),
         expires_at = to_timestamp($5::float8), signed_order = $6 WHERE release_id = $1`,
      [id, caller.subject, role, iat, exp, order],
    );
    await audit(db, {
      scope: tenant,
      subject: caller.subject,
      act: 'release.approve',
      target: id,
      detail: event,
    });
    return this.#found(db, id);
  }

  /** The newest request for these coordinates, unless its approval has expired. */
  async #standing(
    db: Db,
    { tenant, region, topic, partition, offset }: KeptAt,
  ): Promise<Release | undefined> {
    const { rows } = await db.query<Row>(
      `SELECT * FROM control.release WHERE tenant = $1 AND region = $2 AND topic = $3 AND partition = $4 AND position = $5
         AND (expires_at IS NULL OR expires_at > to_timestamp($6::float8 / 1000)) ORDER BY seq DESC LIMIT 1`,
      [tenant, region, topic, partition, offset, this.now()],
    );
    return rows[0] && releaseOf(rows[0]);
  }

  async #found(db: Db, id: string): Promise<Release> {
    const { rows } = await db.query<Row>('SELECT * FROM control.release WHERE release_id = $1', [id]);
    if (!rows[0]) throw new BailiwickError(NO_RELEASE.code, NO_RELEASE.detail);
    return releaseOf(rows[0]);
  }
}

function releaseOf(row: Row): Release {
  const { tenant, event, region, topic, partition, position, reference } = row;
  const { approved_by: by, role, approved_at: at, expires_at: until, signed_order: order } = row;
  const approved = by !== null && role !== null && at !== null && until !== null && order !== null;
  return {
    seq: Number(row.seq),
    id: row.release_id,
    tenant,
    event,
    region,
    topic,
    partition,
    offset: position,
    reference,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    approval: approved ? { by, role, at: at.toISOString(), expiresAt: until.toISOString(), order } : null,
  };
}
