/**
 * Words around a name that speak for or against it, in English, German, French, Spanish, Italian, Dutch and Polish,
 * folded. They are function words and everyday openings, written down here; names come from the lexicon.
 */
const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/u));

/** Forms of address and academic titles: a name follows. */
export const HONORIFICS = set(
  `mr mrs ms miss mister mx sir madam dr prof professor doctor rev reverend judge senator captain capt lady lord
  herr herrn frau hr fr hrn dipl ing
  m monsieur madame mademoiselle mme mlle docteur professeur maitre
  senor senora senorita sr sra srta don dona doctora
  signor signora signorina sig dott dottor dottoressa avv
  meneer mevrouw mevr dhr mw heer
  pan pani pana panu panem panstwo mgr inz`,
);
/** Honorifics that are other words too, and count only with a capital or a full stop. */
export const WEAK_HONORIFICS = set(
  'm pan don sig fr hr dr sir prof ms sr ing mw lord lady captain judge miss maitre',
);

/** Openings after which comes whom one writes to. */
export const GREETINGS = set(
  `dear hi hello hey hallo liebe lieber liebes servus moin cher chere bonjour salut coucou bonsoir querida querido
  estimada estimado estimados hola caro cara gentile gentili egregio egregia ciao salve spettabile beste geachte hoi
  dag goedemorgen goedemiddag szanowny szanowna drogi droga czesc witaj dzien thanks thx cheers danke merci gracias
  grazie bedankt dziekuje dzieki`,
);

/** Words whose last one stands right before a name that is being told; a phrase is its words, joined. */
export const INTRODUCTIONS = set(
  `name_is name_was called named i_am i_m this_is signed attn attention_of contact_person care_of
  heisse heisst heissen name_ist bin_ich ich_bin namens genannt ansprechpartner ansprechpartnerin gez hochachtungsvoll
  m_appelle s_appelle appelle nom_est je_suis nomme nommee prenomme
  me_llamo se_llama llamo nombre_es soy llamado llamada
  mi_chiamo si_chiama chiamo nome_e sono
  ik_heet heet naam_is ik_ben genaamd
  nazywam_sie nazywa_sie sie_nazywam na_imie imie_to jestem
  regards sincerely best greetings wishes faithfully truly grusse gruss gruessen grussen mfg lg vg cordialement
  amicalement bises saludos atentamente cordialmente saluti distinti groet groeten pozdrawiam pozdrowienia powazaniem`,
);

/** Roles and dealings: somebody is often named next. */
export const ROLES = set(
  `customer client contact colleague agent manager director owner patient employee tenant buyer caller applicant user
  member friend wife husband son daughter brother sister mother father boss assistant lawyer attorney ceo cfo cto by with
  spoke met emailed phoned told asked thank
  kunde kundin kunden kontakt kollege kollegin mitarbeiter mitarbeiterin patientin chef chefin mieter mit von bei durch
  client cliente collegue responsable directeur directrice gerant avec par chez
  clienta colega gerente director directora con por
  collega direttore direttrice responsabile referente moglie marito figlio figlia
  klant medewerker medewerkster directeur met door namens
  klient klientka klienta dyrektor pracownik kolega kolezanka od przez dla
  from for to an fur pour para per voor and und et`,
);

/** What people do, right after their name. */
export const DEEDS = set(
  `hasn didn doesn isn wasn can did does said says called calls wrote writes asked asks told tells reported complained confirmed replied mentioned requested
  wants wanted would has is was will lives works moved signed sent needs agreed ordered bought paid phoned emailed visited
  hat ist war wird schrieb schreibt sagte sagt rief fragte fragt mochte bat wohnt arbeitet meldete bestatigte kam braucht
  a est dit demande ecrit appelle habite souhaite travaille
  dijo dice llamo pidio vive trabaja quiere ha es necesita
  ha detto chiede scrive chiamato abita lavora vuole
  heeft zei zegt vroeg belde schreef woont werkt wil is
  powiedzial powiedziala mowi pyta napisal napisala mieszka pracuje zadzwonil zadzwonila prosi chce jest`,
);

/** A name that stands with one of these is a thing's. */
export const PRODUCTS = set(
  `sofa chair table mattress lamp shelf bed desk model collection series edition version app plan license pack brand line
  range theme router package bundle project product sku item order product kit suite module feature release server cluster
  template campaign pipeline report dashboard bookcase cabinet pillow blanket rug stroller shoe shoes dress jacket boots
  tier subscription device printer scanner unit batch tool framework software firmware feature brand update build assistant bot store shop
  matratze tisch stuhl regal schrank bett lampe sessel modell kollektion serie marke produkt tarif paket projekt artikel
  kissen decke teppich kleid jacke schuh schuhe version ausgabe reihe linie gerat kuche software vertrag programm system
  canape chaise lampe matelas lit etagere modele gamme collection marque produit forfait projet fauteuil robe
  silla mesa lampara colchon cama estanteria modelo coleccion gama marca producto proyecto sillon vestido
  divano sedia tavolo lampada materasso letto libreria modello collezione linea marca prodotto progetto poltrona
  stoel tafel bank matras bed kast lamp merk product collectie lijn pakket abonnement fauteuil
  sofa krzeslo stol materac lozko polka model kolekcja seria marka produkt projekt fotel pakiet`,
);

/** Articles: names of people seldom follow one. */
export const ARTICLES = set(
  'the a an this that our your der die das den dem des ein eine einen le la les un une el los las una il lo gli het de een ten deze dieser diese dieses',
);

/** Months and days, some of which are names too. */
export const MONTHS = set(
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
export const PARTICLES = set(
  'van de der den von vom zu zur zum ten ter te het bin ibn bint al el ul da do dos das di del della dello degli dei la le las los du des af av abu ben san st',
);

/** Legal forms and what ends an organisation's name. */
export const LEGAL_FORMS = set(
  `gmbh ag kg ohg kgaa ug ev se inc llc llp ltd limited corp corporation plc co sarl sas sasu sa sl slu srl spa snc bv nv
  oy ab as aps pty lp group holding holdings bank versicherung stiftung verlag partners associates industries technologies
  solutions consulting systems services foundation institute university college hospital school airlines logistics`,
);
/** Legal forms that are words or abbreviations of something else when not in capitals. */
export const STRICT_FORMS = set('ag kg se sa as ab co spa sl ug ev lp nv bv sas');

/** Where somebody lives, goes or comes from: with a preposition, a place follows, whatever it is called. */
export const RESIDENCE = set(
  `live lives living lived reside resides residing based born moved moving relocated move moves originally located
  wohne wohnt wohnen wohnhaft lebe lebt geboren ziehe zieht umgezogen komme kommt
  habite habitons habitent reside vis vit demenage demenagee ne nee
  vivo vive vivimos resido reside nacido nacida muda mudo
  abito abita vivo vive risiede nato nata trasferisce trasferito
  woon woont wonen woonachtig geboren verhuist verhuisd
  mieszkam mieszka mieszkamy urodzony urodzona przeprowadza sie`,
);

/** After one of these, a place is likely. */
export const PLACE_CUES = set(
  `in from at near to around outside visit visiting visited city town born live lives living based located via
  aus nach bei stadt wohnhaft gegen richtung
  a en vers depuis ville pres habite
  desde hacia ciudad cerca
  da di citta presso vicino
  uit naar te stad
  w we z ze do miasto kolo pod`,
);
