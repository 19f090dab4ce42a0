import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** One write-back as the CRM took it. */
export interface CrmWriteRow {
  readonly idempotencyKey: string;
  readonly tenant: string;
  readonly object: string;
  readonly recordId: string;
  readonly fields: Record<string, unknown>;
  /** How often it was sent; it took effect once. */
  readonly attempts: number;
  /** Milliseconds since the epoch, of the first. */
  readonly writtenAt: number;
}

interface StoredWrite {
  idempotency_key: string;
  tenant: string;
  object: string;
  record_id: string;
  fields: string;
  attempts: number;
  written_at: number;
}

/** What the sample CRM keeps: its records, and which writes it has done. One SQLite file, durable at every answer. */
export class CrmStore {
  private readonly database: DatabaseSync;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.database = new DatabaseSync(file);
    this.database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS record (
        tenant TEXT, object TEXT, record_id TEXT, fields TEXT NOT NULL, version INTEGER NOT NULL,
        PRIMARY KEY (tenant, object, record_id)
      );
      CREATE TABLE IF NOT EXISTS write (
        idempotency_key TEXT, tenant TEXT, object TEXT, record_id TEXT, fields TEXT NOT NULL,
        attempts INTEGER NOT NULL, written_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, idempotency_key)
      );
      CREATE TABLE IF NOT EXISTS session (
        token_digest TEXT PRIMARY KEY, tenant TEXT NOT NULL, expires_at INTEGER NOT NULL
      );`);
  }

  /**
   * Changes a record once per idempotency key; `conflict` when the key was used for something else. A record that
   * the CRM has not met before is made.
   */
  write(write: Omit<CrmWriteRow, 'attempts' | 'writtenAt'>): 'written' | 'repeated' | 'conflict' {
    const { idempotencyKey, tenant, object, recordId } = write;
    const fields = JSON.stringify(write.fields);
    const earlier = this.database
      .prepare('SELECT object, record_id, fields FROM write WHERE tenant = ? AND idempotency_key = ?')
      .get(tenant, idempotencyKey);
    if (earlier) {
      if (earlier['object'] !== object || earlier['record_id'] !== recordId || earlier['fields'] !== fields)
        return 'conflict';
      this.database
        .prepare('UPDATE write SET attempts = attempts + 1 WHERE tenant = ? AND idempotency_key = ?')
        .run(tenant, idempotencyKey);
      return 'repeated';
    }
    this.database.exec('BEGIN IMMEDIATE');
    try {
      this.database
        .prepare(
          `INSERT INTO record VALUES (?, ?, ?, ?, 1) ON CONFLICT DO
           UPDATE SET fields = json_patch(fields, excluded.fields), version = version + 1`,
        )
        .run(tenant, object, recordId, fields);
      this.database
        .prepare('INSERT INTO write VALUES (?, ?, ?, ?, ?, 1, ?)')
        .run(idempotencyKey, tenant, object, recordId, fields, Date.now());
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
    return 'written';
  }

  /** Every write of a tenant, or of all, oldest first. */
  writes(tenant: string | null): readonly CrmWriteRow[] {
    const rows = this.database
      .prepare('SELECT * FROM write WHERE ?1 IS NULL OR tenant = ?1 ORDER BY written_at, idempotency_key')
      .all(tenant) as unknown as StoredWrite[];
    return rows.map((row) => ({
      idempotencyKey: row.idempotency_key,
      tenant: row.tenant,
      object: row.object,
      recordId: row.record_id,
      fields: JSON.parse(row.fields),
      attempts: row.attempts,
      writtenAt: row.written_at,
    }));
  }

  /** One record with all that was written to it, or null. `version` counts the writes that took effect. */
  record(tenant: string, object: string, recordId: string): { fields: unknown; version: number } | null {
    const row = this.database
      .prepare('SELECT fields, version FROM record WHERE tenant = ? AND object = ? AND record_id = ?')
      .get(tenant, object, recordId);
    return row ? { fields: JSON.parse(String(row['fields'])), version: Number(row['version']) } : null;
  }

  /** Keeps a session by the digest of its token; forgets those that are over. */
  openSession(tokenDigest: string, tenant: string, expiresAt: number): void {
    this.database.prepare('DELETE FROM session WHERE expires_at <= ?').run(Date.now());
    this.database.prepare('INSERT INTO session VALUES (?, ?, ?)').run(tokenDigest, tenant, expiresAt);
  }

  /** Tenant of a session that lives at a time, or null. */
  sessionOf(tokenDigest: string, at: number): string | null {
    const row = this.database
      .prepare('SELECT tenant FROM session WHERE token_digest = ? AND expires_at > ?')
      .get(tokenDigest, at);
    return row ? String(row['tenant']) : null;
  }

  /** Ends a session; false when there is none. */
  endSession(tokenDigest: string): boolean {
    return this.database.prepare('DELETE FROM session WHERE token_digest = ?').run(tokenDigest).changes > 0;
  }

  /** Ends all sessions. */
  endSessions(): void {
    this.database.exec('DELETE FROM session');
  }

  close(): void {
    this.database.close();
  }
}
