import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long events are kept: the vendor's 72 hours. */
export const RETENTION_MS = 72 * 3_600_000;

/** One event of a topic, as it was published. */
export interface StoredEvent {
  readonly id: string;
  readonly schemaId: string;
  readonly payload: Buffer;
  readonly replayId: Buffer;
}

/** Where a topic is read on from: after this event, by its number. */
export type Place = bigint;

/**
 * The event bus of the sample CRM: topics of orgs, kept for 72 hours in one SQLite file, so that a replay works over a restart of the CRM as
 * it does with the vendor's. Replay ids are opaque to everyone else.
 */
export class EventBus extends EventEmitter<{ published: [org: string, topic: string] }> {
  /** The file, which the orgs keep their records and schemas in too. */
  readonly database: DatabaseSync;

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    super();
    this.setMaxListeners(0);
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    this.database = new DatabaseSync(file);
    this.database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, topic TEXT NOT NULL, id TEXT NOT NULL,
        schema_id TEXT NOT NULL, payload BLOB NOT NULL, at INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS event_topic ON event (org, topic, seq);
      CREATE TABLE IF NOT EXISTS forgotten (org TEXT, topic TEXT, seq INTEGER NOT NULL, PRIMARY KEY (org, topic));
      CREATE TABLE IF NOT EXISTS schema (org TEXT, id TEXT, json TEXT NOT NULL, PRIMARY KEY (org, id));
      CREATE TABLE IF NOT EXISTS org_record (
        org TEXT, id TEXT, fields TEXT NOT NULL, modified_at INTEGER NOT NULL, PRIMARY KEY (org, id)
      );
      CREATE TABLE IF NOT EXISTS managed (org TEXT, name TEXT, seq INTEGER NOT NULL, PRIMARY KEY (org, name));`);
  }

  /** Keeps an event and tells those who wait for it. Several are one commit. */
  publish(
    org: string,
    topic: string,
    events: readonly Pick<StoredEvent, 'id' | 'schemaId' | 'payload'>[],
    at = Date.now(),
  ): readonly Buffer[] {
    const insert = this.database.prepare(
      'INSERT INTO event (org, topic, id, schema_id, payload, at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const ids = events.map(({ id, schemaId, payload }) =>
        replayIdOf(org, topic, BigInt(insert.run(org, topic, id, schemaId, payload, at).lastInsertRowid)),
      );
      this.database.exec('COMMIT');
      this.emit('published', org, topic);
      return ids;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Events of a topic after a place, oldest first, and the place after them. */
  after(
    org: string,
    topic: string,
    place: Place,
    limit: number,
  ): { events: readonly StoredEvent[]; place: Place } {
    const rows = this.database
      .prepare(
        'SELECT seq, id, schema_id, payload FROM event WHERE org = ? AND topic = ? AND seq > ? ORDER BY seq LIMIT ?',
      )
      .all(org, topic, place, limit);
    const events = rows.map((row) => ({
      id: String(row['id']),
      schemaId: String(row['schema_id']),
      payload: Buffer.from(row['payload'] as Uint8Array),
      replayId: replayIdOf(org, topic, BigInt(Number(row['seq']))),
    }));
    return { events, place: rows.length === 0 ? place : BigInt(Number(rows.at(-1)?.['seq'])) };
  }

  /** Where the newest event of all topics is: nothing of this one lies between it and what comes next. */
  newest(): Place {
    const row = this.database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'event'").get();
    return BigInt(Number(row?.['seq'] ?? 0));
  }

  /** The place that a replay id stands for; null for one that was never given out here, or is too old. */
  placeOf(org: string, topic: string, replayId: Uint8Array): Place | null {
    const bytes = Buffer.from(replayId);
    if (bytes.length !== 12 || !bytes.subarray(0, 4).equals(prefixOf(org, topic))) return null;
    const place = bytes.readBigUInt64BE(4);
    const row = this.database
      .prepare('SELECT seq FROM forgotten WHERE org = ? AND topic = ?')
      .get(org, topic);
    return place >= BigInt(Number(row?.['seq'] ?? 0)) && place <= this.newest() ? place : null;
  }

  /** The replay id of a place in a topic. */
  replayId(org: string, topic: string, place: Place): Buffer {
    return replayIdOf(org, topic, place);
  }

  /** Forgets what was published before; replay ids up to there are of no use any more. */
  forget(before = Date.now() - RETENTION_MS): void {
    this.database
      .prepare(
        `INSERT INTO forgotten SELECT org, topic, max(seq) + 1 FROM event WHERE at < ? GROUP BY org, topic
         ON CONFLICT (org, topic) DO UPDATE SET seq = excluded.seq`,
      )
      .run(before);
    this.database.prepare('DELETE FROM event WHERE at < ?').run(before);
  }

  /** Where a managed subscription was committed; before everything when it never was. */
  committed(org: string, name: string): Place {
    const row = this.database.prepare('SELECT seq FROM managed WHERE org = ? AND name = ?').get(org, name);
    return BigInt(Number(row?.['seq'] ?? 0));
  }

  /** Commits a managed subscription. */
  commit(org: string, name: string, place: Place): void {
    this.database
      .prepare(
        'INSERT INTO managed VALUES (?, ?, ?) ON CONFLICT (org, name) DO UPDATE SET seq = excluded.seq',
      )
      .run(org, name, place);
  }

  close(): void {
    this.database.close();
  }
}

const prefixOf = (org: string, topic: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([org, topic]))
    .digest()
    .subarray(0, 4);

function replayIdOf(org: string, topic: string, place: Place): Buffer {
  const bytes = Buffer.alloc(12);
  prefixOf(org, topic).copy(bytes);
  bytes.writeBigUInt64BE(place, 4);
  return bytes;
}
