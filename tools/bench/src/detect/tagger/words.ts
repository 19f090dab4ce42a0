import type { Language } from '../sample.js';

/** What stands in sentences and fields beside names, and is none. */
export interface OtherWords {
  readonly jobs: readonly string[];
  readonly things: readonly string[];
  /** Values of fields that hold neither people nor places. */
  readonly values: readonly string[];
  /** Names of fields, by what they hold. */
  readonly labels: Readonly<Record<'p' | 'c' | 'o' | 'x', readonly string[]>>;
  /** Kinds of organisations; `*` stands for a surname, `@` for a town. */
  readonly organizations: readonly string[];
}

const split = (text: string): readonly string[] => text.split('|');

export const OTHER_WORDS: Readonly<Record<Language, OtherWords>> = {
  en: {
    jobs: split(
      'Sales Manager|CEO|Account Executive|Head of Marketing|engineer|Nurse|Project Lead|accountant|Director|Office Assistant',
    ),
    things: split(
      'router|washing machine|invoice|contract|headset|coffee machine|license|update|portal|tablet|Winter Jacket|Smart Scale|garden table|X200 printer|Pro plan|mobile app',
    ),
    values: split(
      'In Progress|Terms and Conditions|Privacy Policy|User Guide|Getting Started|Advanced Options|Settings and Privacy|Data Platform|Enterprise Edition|Starter Kit|Gift Card|Return Label|Black Friday|Cyber Monday|Boxing Day|New Year|Easter Monday|Happy Birthday|Annual Report|Board Meeting|Quarterly Review|Purchase Order|Sales Order|Credit Note|Past Due|On Hold|Waiting for Customer|Waiting on Parts|Technical Issue|Billing Question|Feature Request|Bug Report|Login Problem|Late Delivery|Damaged Goods|Missing Parts|Wrong Size|Changed Mind|Price Too High|No Budget|Lost to Competitor|Decision Maker|Proof of Concept|Contract Signed|Verbal Agreement|Web Form|Partner Referral|Email Campaign|Customer Success|Human Resources|Information Technology|Public Sector|Real Estate|Food and Beverage|Oil and Gas|Office Chair|Desk Lamp|Running Shoes|Garden Hose|Phone Case|Cotton Shirt|Coffee Beans|Green Tea|Dark Chocolate|Red Wine|Mountain Bike|Winter Tyres|Heart Rate|Blood Pressure|Physical Therapy|Annual Leave|Sick Leave|Maternity Leave|Two-Factor Authentication|Remote Desktop|Cloud Storage|Machine Learning|Supply Chain|Quality Assurance|Project Plan|Action Items|Meeting Notes|Next Steps|New Customer|Closed Won|Premium Plan|Annual Subscription|High Priority|Wrong Number|Left Voicemail|Follow Up|Existing Business|Cold Call|Out of Office|Trade Show|Credit Card|Bank Transfer|Not Interested|Qualified Lead|Needs Analysis|Black Leather Sofa|Stainless Steel|Spring Collection|Free Shipping|Open Ticket|Password Reset|Summer Sale|Grey|White|Oak|Large|Hot|Grand Total|Net Amount|Yes|No|Other|Unknown|Retail|Manufacturing|Health Care|Education',
    ),
    labels: {
      p: split('Name|Contact|Full name|Owner|Customer|Account owner|Requested by|Employee'),
      c: split('City|Town|Location|Place|Branch|Destination'),
      o: split('Company|Account|Employer|Organisation|Firm|Vendor|Supplier'),
      x: split('Status|Product|Type|Subject|Reason|Industry|Plan'),
    },
    organizations: split(
      '* & *|* and Sons|* Ltd|* Inc.|* Group|* Consulting|* Bakery|University of @|@ University|@ City Council|Bank of @|@ General Hospital|St. * Hospital|* Foundation|@ Football Club|FC @|@ United|@ Airlines|* Logistics|* Partners|Royal @ Theatre|@ Chamber of Commerce|* Motors|The @ Times|* Law Firm|* Dental Practice|First National Bank of @|@ Police Department|Ministry of Finance|Department of Health|European Commission|Supreme Court|*, * and *|* - *|* Media',
    ),
  },
  de: {
    jobs: split(
      'Geschäftsführer|Vertriebsleiterin|Sachbearbeiter|Einkauf|Leiter IT|Assistentin|Ingenieur|Buchhalterin',
    ),
    things: split(
      'Router|Waschmaschine|Rechnung|Vertrag|Drucker|Lizenz|Portal|Tablet|Winterjacke|Gartentisch|Kaffeemaschine|Schrank|App|Update',
    ),
    values: split(
      'In Bearbeitung|Allgemeine Geschäftsbedingungen|Datenschutz|Benutzerhandbuch|Erste Schritte|Einstellungen|Gutscheinkarte|Rücksendeschein|Ostermontag|Weihnachten|Neujahr|Jahresbericht|Auftragsbestätigung|Zahlung überfällig|Warten auf Kunde|Technisches Problem|Frage zur Rechnung|Verspätete Lieferung|Falsche Größe|Zu teuer|Kein Budget|Entscheider|Vertrag unterschrieben|Empfehlung|Personalabteilung|Öffentlicher Dienst|Immobilien|Bürostuhl|Laufschuhe|Gartenschlauch|Handyhülle|Kaffeebohnen|Grüner Tee|Rotwein|Blutdruck|Physiotherapie|Urlaub|Krankmeldung|Elternzeit|Nächste Schritte|Geräusche|Rücksprache|Wartezeit|Neukunde|Gewonnen|Jahresabo|Hohe Priorität|Falsche Nummer|Kein Interesse|Messekontakt|Barzahlung|Überweisung|Rückruf erbeten|Angebot verschickt|Wiedervorlage|Offene Rechnung|Versandkosten|Lieferung|Rabatt|Eiche hell|Schwarz|Groß|Sonstiges|Unbekannt|Handel|Maschinenbau|Gesundheit|Gutschrift|Mahnung|Reklamation|Schlüssel verloren|Winterreifen|Frühling|Sommeraktion|Kostenlos|Ja|Nein|Vertrag verlängert',
    ),
    labels: {
      p: split('Name|Kontakt|Ansprechpartner|Kunde|Vollständiger Name|Zuständig|Mitarbeiter'),
      c: split('Ort|Stadt|Wohnort|Standort|Filiale|Ziel'),
      o: split('Firma|Unternehmen|Arbeitgeber|Lieferant|Account'),
      x: split('Status|Produkt|Art|Betreff|Grund|Branche|Tarif'),
    },
    organizations: split(
      '* GmbH|* AG|* & Söhne|* und Partner|Bäckerei *|Autohaus *|Stadtwerke @|Universität @|Technische Universität @|Klinikum @|Sparkasse @|Volksbank @|FC @|SV @|TSV @|Bundesministerium für Gesundheit|Landgericht @|Finanzamt @|Stadt @|Kanzlei *|Praxis Dr. *|* Logistik|* Bau|Apotheke am Markt|@er Zeitung|Verein für Heimatpflege @|*-*|* KG|Deutsche Bahn|Hotel *|Gymnasium @|Bundestag|Handwerkskammer @',
    ),
  },
  fr: {
    jobs: split(
      'directeur commercial|responsable achats|comptable|assistante|ingénieur|gérant|Chef de projet',
    ),
    things: split(
      'routeur|lave-linge|facture|contrat|imprimante|portail|manteau|table de jardin|cafetière|abonnement|logiciel|meuble',
    ),
    values: split(
      'En cours|Conditions générales|Politique de confidentialité|Mode d’emploi|Carte cadeau|Bon de retour|Lundi de Pâques|Noël|Rapport annuel|Bon de commande|Paiement en retard|En attente du client|Problème technique|Question de facturation|Mauvaise taille|Trop cher|Pas de budget|Contrat signé|Ressources humaines|Secteur public|Immobilier|Chaise de bureau|Coque de téléphone|Café en grains|Thé vert|Vin rouge|Tension artérielle|Arrêt maladie|Congé parental|Prochaines étapes|Nouveau client|Gagné|Abonnement annuel|Priorité haute|Pas intéressé|Mauvais numéro|Salon professionnel|Carte bancaire|Virement|À rappeler|Devis envoyé|Facture impayée|Frais de port|Livraison gratuite|Remise|Chêne clair|Noir|Grand|Autre|Inconnu|Commerce|Santé|Avoir|Relance|Réclamation|Collection printemps|Soldes|Oui|Non|Cuir blanc|Pièce détachée',
    ),
    labels: {
      p: split('Nom|Contact|Client|Nom complet|Responsable|Salarié'),
      c: split('Ville|Lieu|Commune|Agence|Destination'),
      o: split('Société|Entreprise|Employeur|Fournisseur|Compte'),
      x: split('Statut|Produit|Type|Objet|Motif|Secteur|Formule'),
    },
    organizations: split(
      '* SARL|* SA|* et Fils|* & Associés|Boulangerie *|Garage *|Université de @|Mairie de @|CHU de @|Hôpital Saint-*|Crédit @|Olympique de @|AS @|Ministère de la Santé|Tribunal de @|Cabinet *|Groupe *|Transports *|Éditions *|Lycée *|Banque de @|Association des amis de @|* et *|* - *|Hôtel de @|Pharmacie du Centre|Chambre de commerce de @|Assemblée nationale',
    ),
  },
  es: {
    jobs: split('director comercial|jefa de compras|contable|asistente|ingeniero|gerente|Jefe de proyecto'),
    things: split(
      'router|lavadora|factura|contrato|impresora|portal|abrigo|mesa de jardín|cafetera|licencia|programa|mueble',
    ),
    values: split(
      'En curso|Términos y condiciones|Política de privacidad|Manual de usuario|Tarjeta regalo|Lunes de Pascua|Navidad|Informe anual|Orden de compra|Pago atrasado|A la espera del cliente|Problema técnico|Talla incorrecta|Demasiado caro|Sin presupuesto|Contrato firmado|Recursos humanos|Sector público|Inmobiliaria|Silla de oficina|Café en grano|Té verde|Vino tinto|Presión arterial|Baja médica|Próximos pasos|Cliente nuevo|Ganada|Suscripción anual|Prioridad alta|Sin interés|Número equivocado|Feria|Tarjeta de crédito|Transferencia|Volver a llamar|Presupuesto enviado|Factura pendiente|Gastos de envío|Envío gratis|Descuento|Roble claro|Negro|Grande|Otro|Desconocido|Comercio|Sanidad|Abono|Reclamación|Colección primavera|Rebajas|Sí|No|Cuero blanco|Pieza de recambio',
    ),
    labels: {
      p: split('Nombre|Contacto|Cliente|Nombre completo|Responsable|Empleado'),
      c: split('Ciudad|Lugar|Población|Sucursal|Destino'),
      o: split('Empresa|Sociedad|Cuenta|Proveedor|Organización'),
      x: split('Estado|Producto|Tipo|Asunto|Motivo|Sector|Plan'),
    },
    organizations: split(
      '* S.L.|* S.A.|* e Hijos|* y Asociados|Panadería *|Talleres *|Universidad de @|Ayuntamiento de @|Hospital de @|Hospital San *|Banco de @|Real @|Atlético @|CD @|Ministerio de Sanidad|Juzgado de @|Bufete *|Grupo *|Transportes *|Editorial *|Clínica *|Colegio *|Caja Rural de @|Asociación de Vecinos de @|* y *|Hermanos *|Hotel *|Farmacia *|Cámara de Comercio de @|Construcciones *',
    ),
  },
  it: {
    jobs: split(
      'direttore commerciale|responsabile acquisti|contabile|assistente|ingegnere|titolare|Capo progetto',
    ),
    things: split(
      'router|lavatrice|fattura|contratto|stampante|portale|cappotto|tavolo da giardino|caffettiera|licenza|programma|mobile',
    ),
    values: split(
      'In corso|Termini e condizioni|Informativa sulla privacy|Manuale utente|Carta regalo|Natale|Relazione annuale|Ordine di acquisto|Pagamento in ritardo|In attesa del cliente|Problema tecnico|Taglia sbagliata|Troppo caro|Nessun budget|Contratto firmato|Risorse umane|Settore pubblico|Immobili|Sedia da ufficio|Caffè in grani|Tè verde|Vino rosso|Pressione alta|Malattia|Prossimi passi|Nuovo cliente|Vinta|Abbonamento annuale|Priorità alta|Non interessato|Numero sbagliato|Fiera|Carta di credito|Bonifico|Da richiamare|Preventivo inviato|Fattura aperta|Spese di spedizione|Spedizione gratuita|Sconto|Rovere chiaro|Nero|Grande|Altro|Sconosciuto|Commercio|Sanità|Nota di credito|Reclamo|Collezione primavera|Saldi|Sì|No|Pelle bianca|Pezzo di ricambio',
    ),
    labels: {
      p: split('Nome|Contatto|Cliente|Nome completo|Referente|Dipendente'),
      c: split('Città|Luogo|Comune|Filiale|Destinazione'),
      o: split('Azienda|Società|Ditta|Fornitore|Ente'),
      x: split('Stato|Prodotto|Tipo|Oggetto|Motivo|Settore|Piano'),
    },
    organizations: split(
      '* S.r.l.|* S.p.A.|* e figli|* & Figli|Panificio *|Officina *|Università di @|Comune di @|Ospedale di @|Ospedale San *|Banca di @|AC @|US @|Ministero della Salute|Tribunale di @|Studio Legale *|Gruppo *|Trasporti *|Edizioni *|Farmacia *|Liceo *|Cassa di Risparmio di @|Associazione Amici di @|* e *|Fratelli *|Hotel *|Camera di Commercio di @|Costruzioni *|Cantina *',
    ),
  },
  nl: {
    jobs: split('verkoopleider|inkoper|boekhouder|assistente|ingenieur|directeur|Projectleider'),
    things: split(
      'router|wasmachine|factuur|overeenkomst|printer|portaal|winterjas|tuintafel|koffiemachine|licentie|programma|kast',
    ),
    values: split(
      'In behandeling|Algemene voorwaarden|Privacybeleid|Handleiding|Cadeaubon|Kerst|Jaarverslag|Inkooporder|Betaling te laat|Wachten op klant|Technisch probleem|Verkeerde maat|Te duur|Geen budget|Contract getekend|Personeelszaken|Publieke sector|Vastgoed|Bureaustoel|Koffiebonen|Groene thee|Rode wijn|Bloeddruk|Ziekmelding|Volgende stappen|Nieuwe klant|Gewonnen|Jaarabonnement|Hoge prioriteit|Geen interesse|Verkeerd nummer|Beurs|Creditcard|Overboeking|Terugbellen|Offerte verstuurd|Openstaande factuur|Verzendkosten|Gratis verzending|Korting|Licht eiken|Zwart|Groot|Overig|Onbekend|Handel|Zorg|Creditnota|Klacht|Voorjaarscollectie|Uitverkoop|Ja|Nee|Wit leer|Reserveonderdeel',
    ),
    labels: {
      p: split('Naam|Contact|Klant|Volledige naam|Verantwoordelijke|Medewerker'),
      c: split('Plaats|Stad|Woonplaats|Vestiging|Bestemming'),
      o: split('Bedrijf|Organisatie|Werkgever|Leverancier|Account'),
      x: split('Status|Product|Soort|Onderwerp|Reden|Sector|Plan'),
    },
    organizations: split(
      '* B.V.|* N.V.|* en Zonen|* & Partners|Bakkerij *|Garage *|Universiteit @|Gemeente @|Ziekenhuis @|Rabobank @|FC @|SC @|Ministerie van Financiën|Rechtbank @|Advocatenkantoor *|* Groep|* Transport|Uitgeverij *|Apotheek *|Basisschool *|Stichting *|Vereniging Vrienden van @|* - *|Gebroeders *|Hotel *|Kamer van Koophandel @|Bouwbedrijf *|* Verzekeringen',
    ),
  },
  pl: {
    jobs: split('dyrektor handlowy|kierownik zakupów|księgowa|asystentka|inżynier|prezes|Kierownik projektu'),
    things: split(
      'router|pralka|faktura|umowa|drukarka|portal|płaszcz|stół ogrodowy|ekspres|licencja|program|szafa',
    ),
    values: split(
      'W toku|Warunki ogólne|Polityka prywatności|Instrukcja obsługi|Karta podarunkowa|Boże Narodzenie|Raport roczny|Zamówienie zakupu|Opóźniona płatność|Oczekiwanie na klienta|Problem techniczny|Zły rozmiar|Za drogo|Brak budżetu|Umowa podpisana|Dział kadr|Sektor publiczny|Nieruchomości|Krzesło biurowe|Kawa ziarnista|Zielona herbata|Czerwone wino|Ból głowy|Zwolnienie lekarskie|Następne kroki|Nowy klient|Wygrana|Abonament roczny|Wysoki priorytet|Brak zainteresowania|Zły numer|Targi|Karta płatnicza|Przelew|Oddzwonić|Oferta wysłana|Zaległa faktura|Koszty wysyłki|Darmowa dostawa|Rabat|Jasny dąb|Czarny|Duży|Inne|Nieznany|Handel|Zdrowie|Nota korygująca|Reklamacja|Kolekcja wiosenna|Wyprzedaż|Tak|Nie|Biała skóra|Część zamienna',
    ),
    labels: {
      p: split('Imię i nazwisko|Kontakt|Klient|Osoba|Opiekun|Pracownik'),
      c: split('Miasto|Miejscowość|Miejsce|Oddział|Cel podróży'),
      o: split('Firma|Spółka|Pracodawca|Dostawca|Organizacja'),
      x: split('Status|Produkt|Rodzaj|Temat|Powód|Branża|Plan'),
    },
    organizations: split(
      '* Sp. z o.o.|* S.A.|* i Synowie|* i Wspólnicy|Piekarnia *|Warsztat *|Uniwersytet @|Urząd Miasta @|Szpital @|Bank @|KS @|Ministerstwo Zdrowia|Sąd Rejonowy|Kancelaria *|Grupa *|Transport *|Wydawnictwo *|Apteka *|Liceum @|Fundacja *|Stowarzyszenie Przyjaciół @|* - *|Bracia *|Hotel *|Izba Handlowa @|Zakład *|*, * i *',
    ),
  },
};

/** Organisations that the news speak of, whatever its language. */
export const KNOWN_ORGANIZATIONS: readonly string[] = split(
  "Reuters|United Nations|UN|NATO|World Bank|IMF|European Union|EU|UEFA|FIFA|Interpol|Greenpeace|Red Cross|UNICEF|OPEC|BBC|CNN|Microsoft|Apple|Google|Amazon|Siemens|BMW|Volkswagen|Toyota|Boeing|Airbus|Shell|BP|Nestlé|Unilever|Philips|ING|ABN Amro|Deutsche Bank|Commerzbank|Allianz|Lufthansa|Air France|Renault|Peugeot|Total|Carrefour|BNP Paribas|Santander|BBVA|Telefónica|Iberdrola|Inditex|Zara|Fiat|Eni|Enel|UniCredit|Intesa Sanpaolo|Generali|Orlen|PKO|Allegro|InPost|DHL|UPS|FedEx|PayPal|Visa|Netflix|Spotify|Zalando|IKEA|H&M|Adidas|Nike|Puma|Bayer|BASF|Roche|Novartis|Pfizer|Moderna|SAP|Oracle|IBM|Intel|Salesforce|HubSpot|Zendesk|Facebook|Twitter|LinkedIn|Uber|Airbnb|Tesla|Ford|General Motors|Sony|Samsung|Nokia|Ericsson|Volvo|Vodafone|Orange|KLM|Ryanair|easyJet|Heineken|Danone|Ferrari|Barilla|Lavazza|Juventus|Real Madrid|Barcelona|Ajax|Bayern|Arsenal|Chelsea|Manchester United|Liverpool|Legia|Lech|Oxford University|Harvard|MIT|Stanford|NASA|FBI|CIA|Congress|Senate|Labour|Parliament|Kremlin|Bundesbank|ECB|Federal Reserve|Goldman Sachs|Morgan Stanley|JP Morgan|Citibank|HSBC|Barclays|Lloyds|Walmart|Tesco|Aldi|Lidl|Starbucks|Starbucks Coffee|McDonald's|Burger King",
);
