/** Object of a record that is a question to a model, asked by a caller who waits for the answer. */
export const CHAT_OBJECT = 'ChatCompletion';

/** Object of a record that holds texts of which a caller waits for the vectors. */
export const EMBEDDING_OBJECT = 'TextEmbedding';

/** Write-back target of a purpose whose answers go to the caller who waits, and to no CRM. */
export const CALLER = 'caller';

/** True when somebody waits for what becomes of a record about such an object, good or bad. */
export const isAwaited = (object: string): boolean => object === CHAT_OBJECT || object === EMBEDDING_OBJECT;
