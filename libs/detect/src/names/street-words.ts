import { WordList } from '../vocabulary.js';

/*
 * How streets are called and what addresses consist of, folded. From the address formats of the postal services (UPU S42
 * and USPS Publication 28, appendix C).
 */

/** A street ends with one of these words: `Lord Street`. */
export const STREET_AFTER = new WordList(
  `street st road rd avenue ave av boulevard blvd lane ln drive dr court ct way place pl terrace ter square sq highway hwy
  parkway pkwy circle cir trail trl crescent cres close grove row gardens gdns mews alley plaza turnpike tpke expressway
  extension ext run loop path pike ridge route rte valley view vista walk pass point crossing crossroad landing manor
  meadow meadows mill mills mount mountain oval park parade ports rapids shoal shore shores spring springs spur station
  stravenue stream summit throughway trace track trafficway tunnel underpass union viaduct villages ville well wells
  bypass causeway center centers common commons corner corners course courts cove coves creek curve dale dam divide drives
  estate estates fall falls ferry field fields flat flats ford forest forge fork forks fort freeway garden gateway glen
  glens green greens groves harbor harbors haven heights hill hills hollow inlet island islands isle junction key keys
  knoll knolls lake lakes land light lights lodge mall mission motorway neck orchard overpass parks passage pine pines
  plain plains plazas port prairie radial ramp ranch rest river roads rue shoals skyway squares streets brook brooks
  burg burgs cape canyon camp club cliff cliffs branch bridge bottom bluff bluffs bend beach bayou arcade annex
  strasse str platz weg allee gasse ring damm ufer chaussee promenade
  straat laan plein gracht kade singel dijk
  utca ut ter korut koz liget setany sokak sokagi caddesi cd cad sk mahallesi bulvari vag vagen gatan gata gate vej vei tie katu nam namesti trida ulice`,
);
/** Those of them that name a street without a number too. */
export const STREET_SURE = new WordList('street road avenue boulevard strasse straat laan utca');
/** Ends of compound names: `Hauptstraße`, `Keizersgracht`, `Storgatan`. */
export const STREET_ENDING =
  /.(?:strasse|str|weg|platz|allee|gasse|damm|ufer|ring|chaussee|promenade|stieg|steig|pfad|graben|berg|markt|hof|straat|laan|plein|gracht|kade|singel|dijk|steeg|pad|baan|hof|gatan|gata|vagen|vag|grand|gade|vej|alle|veien|vegen|gaten|katu|tie|polku|utca|brucke|dreef|lei|stræde|straede|platsen|torget|toften|parken|vaenget|bakken|lunden)$/;
/** Those of them that name a street without a number too. */
export const STREET_ENDING_SURE = /.{2}(?:strasse|gasse|straat|gracht|gatan|vagen|veien|katu|allee)$/;

/** A street begins with one of these words: `rue de la Paix`. */
export const STREET_BEFORE = new WordList(
  `rue avenue boulevard bd place chemin allee allees impasse quai route cours passage square faubourg voie sentier esplanade
  calle avenida avda av plaza paseo carrer ronda camino carretera travesia glorieta pasaje callejon rambla poligono edificio
  sector grupo partida subida bajada cuesta barrio colonia manzana urbanizacion explanada jardines
  via viale piazza piazzale corso largo vicolo strada contrada borgo rotonda incrocio lungomare
  ulica ul aleja al plac pl os osiedle
  rua travessa alameda praca estrada rodovia marginal
  calea bulevardul bd trg cesta ulice namesti`,
);
/** Those that are everyday words and need a number and a capital. */
export const STREET_BEFORE_WEAK = new WordList(
  'place route cours passage via strada square voie al pl os sector grupo partida camino largo av corso bd sentier corso marginal edificio rotonda colonia plaza',
);

/** Parts of a house: `Suite 200`, `Apt. 4B`, `2. Stock`. */
export const UNITS = new WordList(
  `apt apartment suite ste unit flat floor room building bldg block lot app appt appartement batiment bat etage escalier
  wohnung whg stock og eg hinterhaus piso puerta planta esc dpto depto casa interno int scala piano lok lokal mieszkanie m
  po box bus toevoeging postfach p`,
);

/** After one of these, an address or a postcode follows. */
export const ADDRESS_CUES =
  /(?:\b(?:address|adresse|anschrift|direccion|dirección|domicilio|indirizzo|adres|lives? (?:at|on)|living (?:at|on)|located (?:at|on)|deliver(?:y|ed)? to|ship(?:ped|ping)? (?:it )?to|wohnhaft|wohne in|gemeldet|habite|vivo en|abito in|woon (?:op|aan)|mieszkam (?:przy|na)|moved to|residence)\b)[^\n\d]{0,24}$/iu;
export const ZIP_CUES =
  /\b(?:zip(?: ?code)?|post(?: ?al)? ?code|postleitzahl|plz|code postal|codigo postal|código postal|c\.?p\.?|cap|postcode|kod pocztowy)\b[^\n\d]{0,12}$/iu;
