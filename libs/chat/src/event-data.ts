/** Ends of lines of Unicode that JSON leaves as they are. An event's only line ends are CR and LF, but many a client splits at these too. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** The `data` line of a server-sent event. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const eventData = (value: object): string =>
  `data: ${JSON.stringify(value).replaceAll(LINE_ENDS, escaped)}\n`;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
