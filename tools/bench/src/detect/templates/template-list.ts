/** Templates of one language. `{person}` is personal data of that slot, `{-order}` a hard negative of that trap. */
export interface TemplateList {
  /** Sentences that stand alone in a chat, and of which notes and the bodies of e-mails are made. */
  readonly sentences: readonly string[];
  /** Values of single fields that say in this language what they are. */
  readonly forms: readonly string[];
  /** How an e-mail begins. */
  readonly greetings: readonly string[];
  /** How it ends, with its signature. */
  readonly signatures: readonly string[];
}
