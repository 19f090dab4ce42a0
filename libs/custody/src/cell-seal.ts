import type { Sealed } from '@bailiwick/contracts';
import { encrypt, freshBytes, KEY_BYTES } from './aead.js';
import { contentAssociatedData, dataKeyAssociatedData, type SealSubject } from './associated-data.js';
import type { CellKeyProvider } from './cell-key-provider.js';
import { cellRecipient, expectRecipient, openContent } from './seal.js';
import { OpeningSessions, SealingSessions } from './sealed-session.js';
import { Sensitive } from './sensitive.js';

/** A dead letter may be too broken to say whose it is, so only its event id, or '', is bound. */
const ofEvent = (eventId: string): SealSubject => ({ eventId, tenant: '', subject: '' });

/** Seals to a cell what only its operator may open. Needs the cell's public key (raw, base64url) and nothing else. */
export class CellSealer {
  readonly #recipient: string;
  readonly #publicKey: string;
  readonly #sessions = new SealingSessions();

  constructor(region: string, publicKey: string) {
    this.#recipient = cellRecipient(region);
    this.#publicKey = publicKey;
  }

  sealToCell(eventId: string, bytes: Uint8Array): Sealed {
    const whose = ofEvent(eventId);
    const dataKey = freshBytes(KEY_BYTES);
    const associated = dataKeyAssociatedData(this.#recipient, whose);
    return {
      recipient: this.#recipient,
      wrappedKey: this.#sessions.wrap(this.#recipient, this.#publicKey, associated, dataKey),
      ...encrypt(dataKey, contentAssociatedData('dead-letter', whose), bytes),
    };
  }
}

/** Opens what was sealed to a cell; the operator's side of dead letters. */
export class CellOpener {
  readonly #recipient: string;
  readonly #sessions: OpeningSessions;

  constructor(region: string, cell: Pick<CellKeyProvider, 'publicKey' | 'agree'>) {
    this.#recipient = cellRecipient(region);
    this.#sessions = new OpeningSessions(this.#recipient, cell.publicKey, (encapsulated) =>
      cell.agree(encapsulated),
    );
  }

  /** Throws `wrong-recipient` or `seal-broken`. */
  async openFromCell(eventId: string, sealed: Sealed): Promise<Sensitive<Buffer>> {
    expectRecipient(sealed, this.#recipient);
    const whose = ofEvent(eventId);
    const dataKey = await this.#sessions.unwrap(
      dataKeyAssociatedData(this.#recipient, whose),
      sealed.wrappedKey,
    );
    return new Sensitive(openContent(dataKey, 'dead-letter', whose, sealed));
  }
}
