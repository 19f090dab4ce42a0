import { WordList } from '../vocabulary.js';

/*
 * Words around a name that speak for or against it, in English, German, French, Spanish, Italian, Dutch and Polish,
 * folded. They are function words and everyday openings, written down here; names come from the lexicon.
 */

/** Forms of address and academic titles: a name follows. */
export const HONORIFICS = new WordList({
  en: `mr mrs ms miss mister mx sir madam dr prof professor doctor rev reverend judge senator captain capt lady lord`,
  de: `herr herrn frau hr fr hrn dipl ing dr prof doctor`,
  fr: `m monsieur madame mademoiselle mme mlle docteur professeur maitre dr doctor`,
  es: `senor senora senorita sr sra srta don dona doctora dr ing doctor`,
  it: `signor signora signorina sig dott dottor dottoressa avv dr prof ing`,
  nl: `meneer mevrouw mevr dhr mw heer dr prof ing`,
  pl: `pan pani pana panu panem panstwo mgr inz dr prof`,
});
/** Honorifics that are other words too, and count only with a capital or a full stop. */
export const WEAK_HONORIFICS = new WordList(
  'm pan don sig fr hr dr sir prof ms sr ing mw lord lady captain judge miss maitre',
);

/** Openings after which comes whom one writes to. */
export const GREETINGS = new WordList({
  en: `dear hi hello hey thanks thx cheers`,
  de: `hallo hi hey liebe lieber liebes servus moin danke`,
  fr: `cher chere bonjour salut coucou bonsoir merci`,
  es: `querida querido estimada estimado estimados hola gracias`,
  it: `caro cara gentile gentili egregio egregia ciao salve spettabile grazie`,
  nl: `beste geachte hoi hallo dag goedemorgen goedemiddag bedankt`,
  pl: `szanowny szanowna drogi droga czesc witaj dzien dziekuje dzieki`,
});

/** Words whose last one stands right before a name that is being told; a phrase is its words, joined. */
export const INTRODUCTIONS = new WordList({
  en: `name_is name_was called named i_am i_m this_is signed attn attention_of contact_person care_of regards sincerely best greetings wishes faithfully truly`,
  de: `heisse heisst heissen name_ist bin_ich ich_bin namens genannt ansprechpartner ansprechpartnerin gez hochachtungsvoll grusse gruss gruessen grussen mfg lg vg`,
  fr: `m_appelle s_appelle appelle nom_est je_suis nomme nommee prenomme cordialement amicalement bises`,
  es: `me_llamo se_llama llamo nombre_es soy llamado llamada saludos atentamente cordialmente`,
  it: `mi_chiamo si_chiama chiamo nome_e sono saluti distinti cordialmente`,
  nl: `ik_heet heet naam_is ik_ben genaamd groet groeten`,
  pl: `nazywam_sie nazywa_sie sie_nazywam na_imie imie_to jestem pozdrawiam pozdrowienia powazaniem`,
});

/** Roles and dealings: somebody is often named next. */
export const ROLES = new WordList({
  en: `customer client contact colleague agent manager director owner patient employee tenant buyer caller applicant user member friend wife husband son daughter brother sister mother father boss assistant lawyer attorney ceo cfo cto by with spoke met emailed phoned told asked thank from for to an and`,
  de: `kunde kundin kunden kontakt kollege kollegin mitarbeiter mitarbeiterin patientin patient chef chefin mieter manager ceo cfo cto mit von bei durch an fur und mann tochter sohn bruder schwester mutter vater`,
  fr: `client cliente collegue patient responsable directeur directrice gerant avec par chez pour et mari femme fille fils frere soeur mere pere`,
  es: `cliente clienta colega gerente director directora con por para marido mujer esposo esposa hija hijo hermano hermana madre padre`,
  it: `cliente collega direttore direttrice responsabile referente moglie marito figlio figlia con per fratello sorella madre padre`,
  nl: `klant medewerker medewerkster directeur manager met door namens voor man vrouw dochter zoon broer zus moeder vader`,
  pl: `klient klientka klienta dyrektor pracownik kolega kolezanka od przez dla maz meza zona zone corka syn brat siostra matka ojciec`,
});

/** What people do, right after their name. */
export const DEEDS = new WordList({
  en: `hasn didn doesn isn wasn can did does said says called calls wrote writes asked asks told tells reported complained confirmed replied mentioned requested wants wanted would has is was will lives works moved signed sent needs agreed ordered bought paid phoned emailed visited`,
  de: `hat ist war wird schrieb schreibt sagte sagt rief fragte fragt mochte bat wohnt arbeitet meldete bestatigte kam braucht`,
  fr: `a est dit demande ecrit appelle habite souhaite travaille`,
  es: `dijo dice llamo pidio vive trabaja quiere ha es necesita`,
  it: `ha detto chiede scrive chiamato abita lavora vuole`,
  nl: `heeft zei zegt vroeg belde schreef woont werkt wil is`,
  pl: `powiedzial powiedziala mowi pyta napisal napisala mieszka pracuje zadzwonil zadzwonila prosi chce jest`,
});

/** A name that stands with one of these is a thing's. */
export const PRODUCTS = new WordList({
  en: `sofa chair table mattress lamp shelf bed desk model collection series edition version app plan license pack brand line range theme router package bundle project product sku item order product kit suite module feature release server cluster template campaign pipeline report dashboard bookcase cabinet pillow blanket rug stroller shoe shoes dress jacket boots tier subscription device printer scanner unit batch tool framework software firmware feature brand update build assistant bot store shop`,
  de: `matratze tisch stuhl regal schrank bett lampe sessel modell kollektion serie marke produkt tarif paket projekt artikel kissen decke teppich kleid jacke schuh schuhe version ausgabe reihe linie gerat kuche software vertrag programm system sofa app`,
  fr: `canape chaise lampe matelas lit etagere modele gamme collection marque produit forfait projet fauteuil robe`,
  es: `silla mesa lampara colchon cama estanteria modelo coleccion gama marca producto proyecto sillon vestido`,
  it: `divano sedia tavolo lampada materasso letto libreria modello collezione linea marca prodotto progetto poltrona`,
  nl: `stoel tafel bank matras bed kast lamp merk product collectie lijn pakket abonnement fauteuil app model project`,
  pl: `sofa krzeslo stol materac lozko polka model kolekcja seria marka produkt projekt fotel pakiet`,
});

/** Articles: names of people seldom follow one. */
export const ARTICLES = new WordList({
  en: `the a an this that our your`,
  de: `der die das den dem des ein eine einen dieser diese dieses`,
  fr: `le la les un une`,
  es: `el la los las un una`,
  it: `il lo la gli un una`,
  nl: `het de een ten deze`,
});

/** Months and days, some of which are names too. */
export const MONTHS = new WordList(
  `january february march april may june july august september october november december jan feb mar apr jun jul aug sep
  oct nov dec januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre
  octobre novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
  gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre januari februari maart mei augustus styczen luty
  marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien maja lipca sierpnia monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag
  samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado
  domingo lunedi martedi mercoledi giovedi venerdi domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
  poniedzialek wtorek sroda czwartek piatek sobota niedziela christmas easter weihnachten ostern`,
);

/** Small words inside a surname. */
export const PARTICLES = new WordList(
  'van de der den von vom zu zur zum ten ter te het bin ibn bint al el ul da do dos das di del della dello degli dei la le las los du des af av abu ben san st',
);

/** Legal forms and what ends an organisation's name. */
export const LEGAL_FORMS = new WordList(
  `gmbh ag kg ohg kgaa ug ev se inc llc llp ltd limited corp corporation plc co sarl sas sasu sa sl slu srl spa snc bv nv
  oy ab as aps pty lp group holding holdings bank versicherung stiftung verlag partners associates industries technologies
  solutions consulting systems services foundation institute university college hospital school airlines logistics`,
);
/** Legal forms that are words or abbreviations of something else when not in capitals. */
export const STRICT_FORMS = new WordList('ag kg se sa as ab co spa sl ug ev lp nv bv sas');

/** Where somebody lives, goes or comes from: with a preposition, a place follows, whatever it is called. */
export const RESIDENCE = new WordList({
  en: `live lives living lived reside resides residing based born moved moving relocated move moves originally located`,
  de: `wohne wohnt wohnen wohnhaft lebe lebt geboren ziehe zieht umgezogen komme kommt`,
  fr: `habite habitons habitent reside vis vit demenage demenagee ne nee`,
  es: `vivo vive vivimos resido reside nacido nacida muda mudo`,
  it: `abito abita vivo vive risiede nato nata trasferisce trasferito`,
  nl: `woon woont wonen woonachtig geboren verhuist verhuisd`,
  pl: `mieszkam mieszka mieszkamy urodzony urodzona przeprowadza sie`,
});

/** After one of these, a place is likely. */
export const PLACE_CUES = new WordList({
  en: `in from at near to around outside visit visiting visited city town born live lives living based located via`,
  de: `aus nach bei stadt wohnhaft gegen richtung in`,
  fr: `a en vers depuis ville pres habite`,
  es: `desde hacia ciudad cerca en a`,
  it: `da di citta presso vicino in a`,
  nl: `uit naar te stad in`,
  pl: `w we z ze do miasto kolo pod`,
});
