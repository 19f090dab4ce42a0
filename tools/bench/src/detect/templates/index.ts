import type { Language } from '../sample.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { it } from './it.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import type { TemplateList } from './template-list.js';

export { FIELDS } from './fields.js';

/** Every template, whatever its split: the hash of a template says which it is in. */
export const TEMPLATES: Readonly<Record<Language, TemplateList>> = { en, de, fr, es, it, nl, pl };
