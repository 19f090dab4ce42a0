import { BailiwickError } from '@bailiwick/platform';
import { audit } from '../audit/audit.js';
import type { Book } from '../book/book.js';
import { holdEffects } from '../change/effects.js';
import type { Db } from '../db.js';
import { requireBelonging, requireRole, type Caller } from '../people/caller.js';
import { profileText, textDigest } from '../terms/profile-text.js';

/** The text that a tenant's authorised person acknowledges. */
export interface ProfileText {
  readonly tenant: string;
  readonly version: number;
  readonly text: string;
  readonly textDigest: string;
  /** Who has acknowledged it, when; null while nobody has. */
  readonly acknowledgement: { readonly by: string; readonly at: string } | null;
}

/** What tenants' authorised persons have acknowledged, word for word. */
export class Acknowledgements {
  constructor(
    private readonly book: Book,
    private readonly now: () => number,
  ) {}

  /** The text of the newest version: as it was acknowledged, or as it is to be. Throws `thing-unknown`. */
  text(caller: Caller, tenant: string): ProfileText {
    requireBelonging(caller, tenant);
    const standing = this.book.profile(tenant);
    const { version, body } = standing?.awaiting ?? standing?.inForce ?? { version: 0, body: null };
    if (!standing || body === null)
      throw new BailiwickError('thing-unknown', 'the tenant has no residency profile');
    const { acknowledgement } = standing;
    if (!standing.awaiting && acknowledgement) {
      const { text, textDigest: digest, name, at } = acknowledgement;
      return { tenant, version, text, textDigest: digest, acknowledgement: { by: name, at } };
    }
    const text = profileText(tenant, version, body);
    return { tenant, version, text, textDigest: textDigest(text), acknowledgement: null };
  }

  /**
   * Keeps that the caller has acknowledged the text with this digest, which puts its version in force. Throws
   * `text-differs` when that is not the text as it stands, and `already-done` when it was acknowledged before.
   */
  async acknowledge(db: Db, caller: Caller, tenant: string, digest: string): Promise<ProfileText> {
    requireRole(caller, tenant, 'authorised-person');
    await holdEffects(db, this.book);
    const { version, text, textDigest: current, acknowledgement } = this.text(caller, tenant);
    if (digest !== current)
      throw new BailiwickError(
        'text-differs',
        'this is not the digest of the text as it stands; read it again',
      );
    if (acknowledgement) throw new BailiwickError('already-done', 'the text has been acknowledged');
    await this.#insert(db, caller, { tenant, version, text, digest: current, withdrawn: false });
    const detail = `version ${version}, SHA-256 ${current}`;
    await audit(db, {
      scope: tenant,
      subject: caller.subject,
      act: 'profile.acknowledge',
      target: tenant,
      detail,
    });
    return {
      tenant,
      version,
      text,
      textDigest: current,
      acknowledgement: { by: caller.name, at: this.#at() },
    };
  }

  /** Takes back every acknowledgement of the tenant: from now on it is refused everywhere. */
  async withdraw(db: Db, caller: Caller, tenant: string, reason: string): Promise<ProfileText> {
    requireRole(caller, tenant, 'authorised-person');
    await holdEffects(db, this.book);
    const { version, text, textDigest: digest } = this.text(caller, tenant);
    await this.#insert(db, caller, { tenant, version, text, digest, withdrawn: true });
    await audit(db, {
      scope: tenant,
      subject: caller.subject,
      act: 'profile.withdraw',
      target: tenant,
      detail: reason,
    });
    return { tenant, version, text, textDigest: digest, acknowledgement: null };
  }

  /** Acknowledgements and withdrawals of a tenant with their numbers, newest first, before a number. */
  async list(
    db: Db,
    tenant: string,
    limit: number,
    before: number | null,
  ): Promise<readonly { readonly seq: string; readonly given: Given }[]> {
    const { rows } = await db.query<GivenRow>(
      `SELECT * FROM control.acknowledgement WHERE tenant = $1 AND ($2::bigint IS NULL OR seq < $2)
       ORDER BY seq DESC LIMIT $3`,
      [tenant, before, limit],
    );
    return rows.map(({ seq, version, text, text_digest, name, subject, at, withdrawn }) => ({
      seq,
      given: { version, text, textDigest: text_digest, by: name, subject, at: at.toISOString(), withdrawn },
    }));
  }

  async #insert(
    db: Db,
    { name, subject }: Caller,
    { tenant, version, text, digest, withdrawn }: NewAcknowledgement,
  ): Promise<void> {
    await db.query(
      `INSERT INTO control.acknowledgement (seq, tenant, version, text, text_digest, name, subject, at, withdrawn)
       VALUES (nextval('control.effect_seq'), $1, $2, $3, $4, $5, $6, $7, $8)`,
      [tenant, version, text, digest, name, subject, this.#at(), withdrawn],
    );
  }

  #at(): string {
    return new Date(this.now()).toISOString();
  }
}

/** One acknowledgement, or the withdrawal of all before it. */
export interface Given {
  readonly version: number;
  readonly text: string;
  readonly textDigest: string;
  readonly by: string;
  readonly subject: string;
  readonly at: string;
  readonly withdrawn: boolean;
}

interface GivenRow {
  readonly seq: string;
  readonly version: number;
  readonly text: string;
  readonly text_digest: string;
  readonly name: string;
  readonly subject: string;
  readonly at: Date;
  readonly withdrawn: boolean;
}

interface NewAcknowledgement {
  readonly tenant: string;
  readonly version: number;
  readonly text: string;
  readonly digest: string;
  readonly withdrawn: boolean;
}
