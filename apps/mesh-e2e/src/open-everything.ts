import { EVENT_TYPES, fromHeaders, type CloudEvent, type Sealed } from '@bailiwick/contracts';
import { CellOpener, type Custody, type PoolKey, type SealSubject } from '@bailiwick/custody';
import { readTopic, type Cluster } from '@bailiwick/kafka';

/** All keys that a cell still has. */
export interface Keys {
  readonly custody: Custody;
  readonly cell: CellOpener;
  readonly pools: readonly PoolKey[];
}

/** Something that could be opened, and where it lay. */
export interface Opened {
  readonly topic: string;
  readonly eventId: string;
  readonly bytes: Buffer;
}

type Decoded = Readonly<Record<string, unknown>>;
const TYPES = new Map(Object.values(EVENT_TYPES).map((type) => [type.type, type]));
/** What a held record or dead letter may have been. */
const KEPT = [
  EVENT_TYPES.received,
  EVENT_TYPES.classified,
  EVENT_TYPES.request,
  EVENT_TYPES.result,
  EVENT_TYPES.border,
];

/** Opens everything on a topic that some key still opens: values, what is nested in them, and what was kept of held and broken records. */
export async function openEverything(
  auditor: Cluster,
  topic: string,
  keys: Keys,
): Promise<readonly Opened[]> {
  const found: Opened[] = [];
  for (const { message } of await readTopic(auditor, topic)) {
    const event = eventOf(message.headers);
    const type = event && TYPES.get(event.type);
    if (!event || !type || !message.value) continue;
    const decoded = type.decode(message.value) as unknown as Decoded;
    for (const bytes of await openIn(decoded, event, keys)) found.push({ topic, eventId: event.id, bytes });
  }
  return found;
}

function eventOf(headers: Parameters<typeof fromHeaders>[0] | undefined): CloudEvent | null {
  const event = fromHeaders(headers ?? {});
  return 'missing' in event ? null : event;
}

async function openIn(decoded: Decoded, event: CloudEvent, keys: Keys): Promise<readonly Buffer[]> {
  const whose = { eventId: event.id, tenant: event.tenant, subject: event.subject };
  const opened: Buffer[] = [];
  for (const [name, value] of Object.entries(decoded)) {
    if (Buffer.isBuffer(value) && name === 'original') opened.push(...(await openKept(value, event, keys)));
    else if (isSealed(value)) opened.push(...(await openSealed(value, whose, decoded, event, keys)));
    else if (
      typeof value === 'object' &&
      value !== null &&
      !Buffer.isBuffer(value) &&
      !(value instanceof Date)
    )
      opened.push(...(await openIn(value as Decoded, event, keys)));
  }
  return opened;
}

const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && 'wrappedKey' in value && 'ciphertext' in value;

/** Bytes of a message that was kept: whatever of them reads as a message is opened too. */
async function openKept(bytes: Buffer, event: CloudEvent, keys: Keys): Promise<readonly Buffer[]> {
  const opened: Buffer[] = [bytes];
  for (const type of KEPT)
    try {
      opened.push(...(await openIn(type.decode(bytes) as unknown as Decoded, event, keys)));
    } catch {
      // It is a message of another type.
    }
  return opened;
}

async function openSealed(
  sealed: Sealed,
  whose: SealSubject,
  { homeWrappedKey }: Decoded,
  event: CloudEvent,
  { custody, cell, pools, ...rest }: Keys,
): Promise<readonly Buffer[]> {
  const opened: Buffer[] = [];
  const attempt = async (open: () => Promise<Buffer>): Promise<void> => {
    await open().then(
      (bytes) => opened.push(bytes),
      () => undefined,
    );
  };
  await attempt(async () => (await custody.openRecord({ ...whose, sealed })).reveal());
  await attempt(async () => (await custody.openMinimised({ ...whose, sealed })).reveal());
  await attempt(async () => (await custody.openResult({ ...whose, sealed })).reveal());
  await attempt(async () => (await custody.openReply({ ...whose, sealed })).reveal());
  const homeKey = Buffer.isBuffer(homeWrappedKey) ? homeWrappedKey : Buffer.alloc(0);
  for (const pool of pools)
    await attempt(async () =>
      (await pool.open({ ...whose, payload: sealed, homeWrappedKey: homeKey })).plaintext.reveal(),
    );
  const letters: Buffer[] = [];
  await attempt(async () => {
    const letter = (await cell.openFromCell(whose.eventId, sealed)).reveal();
    letters.push(letter);
    return letter;
  });
  for (const letter of letters)
    opened.push(...(await openKept(letter, event, { custody, cell, pools, ...rest })));
  return opened;
}
