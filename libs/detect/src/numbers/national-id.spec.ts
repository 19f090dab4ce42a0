import { describe, expect, it } from 'vitest';
import { detect } from '../detect.js';
import { ID_RULES } from './id-rules.js';

/** What the rules find in a text: entities with the value, the surest reading of each place. */
const found = (text: string): string[] =>
  detect(text, { entities: ENTITIES }).map(({ start, end, entity }) => `${entity} ${text.slice(start, end)}`);
const ENTITIES = [...new Set(ID_RULES.map(({ entity }) => entity))];

/** Examples of stdnum and of the issuing authorities, nobody's numbers; the value between brackets. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  DE_TAX_ID: [
    'Steuer-ID [36574261809]',
    'seine Steueridentifikationsnummer lautet [36 574 261 809]',
    '[36574261809] (IdNr)',
  ],
  DE_TAX_NUMBER: ['Steuernummer: [121/5752/5373]'],
  DE_SOCIAL_SECURITY: ['[15 070649 C 103]', 'SV-Nummer [15070649C103]'],
  DE_HEALTH_INSURANCE: ['Versichertennummer [A123456780]'],
  DE_ID_CARD: ['Personalausweis Nr. [L01X00T47]'],
  DE_PASSPORT: ['Reisepass [C01X00T478]'],
  DE_VAT: ['[DE136695976]', 'USt-IdNr. [DE 136 695 976]', 'USt-IdNr.: [136695976]'],
  AT_SOCIAL_SECURITY: ['Sozialversicherungsnummer [1237 010180]'],
  AT_TAX_ID: ['Abgabenkontonummer [59-119/9013]'],
  AT_VAT: ['[ATU13585627]'],
  CH_AHV: ['[756.9217.0769.85]', 'AHV-Nr. [7569217076985]'],
  CH_UID: ['[CHE-100.155.212]'],
  CH_VAT: ['[CHE-107.787.577 IVA]'],
  FR_NIR: ['[2 95 10 99 126 111 93]', 'numéro de sécurité sociale [295109912611193]'],
  FR_SIREN: ['SIREN [552 008 443]', 'RCS Paris [552008443]'],
  FR_SIRET: ['SIRET : [73282932000074]'],
  FR_VAT: ['[FR 40 303 265 045]', 'n° TVA [FR40303265045]'],
  FR_PASSPORT: ['passeport [12AB34567]'],
  BE_NATIONAL_NUMBER: ['[85.07.30-033.28]', 'rijksregisternummer [85073003328]', 'NISS [85.07.30 033 28]'],
  BE_VAT: ['[BE 0428.759.497]', 'ondernemingsnummer [0428.759.497]'],
  NL_BSN: ['BSN [1112.22.333]', 'mijn burgerservicenummer is [111222333]'],
  NL_VAT: ['[NL004495445B01]'],
  LU_VAT: ['[LU 150 274 42]'],
  IE_PPSN: ['PPS No [6433435F]', 'her PPSN is [6433435FT]'],
  IE_VAT: ['[IE6433435OA]'],
  UK_NINO: ['[HH 01 02 03 D]', 'NI number [hh010203d]'],
  UK_NHS: ['NHS number [943 476 5919]'],
  UK_UTR: ['UTR [1955839661]'],
  UK_VAT: ['[GB 980 7806 84]'],
  UK_DRIVING_LICENCE: ['[MORGA657054SM9IJ]'],
  ES_NIF: ['DNI [54362315K]', '[54362315-K]'],
  ES_NIE: ['[X-5253868-R]'],
  ES_CIF: ['CIF [J99216582]'],
  ES_VAT: ['[ES B-58378431]'],
  ES_SOCIAL_SECURITY: ['Seguridad Social [28 12345678 40]'],
  IT_FISCAL_CODE: ['[RCCMNL83S18D969H]', 'C.F. [rccmnl83s18d969h]'],
  IT_VAT_CODE: ['P.IVA [00743110157]', '[IT00743110157]'],
  IT_DRIVER_LICENSE: ['patente di guida [AA0123456B]'],
  IT_IDENTITY_CARD: ["carta d'identità [CA00000AA]"],
  PT_NIF: ['contribuinte [501 964 843]'],
  PT_CITIZEN_CARD: ['[10000000 0 ZZ2]'],
  GR_AMKA: ['ΑΜΚΑ [01013099997]'],
  GR_TAX_ID: ['ΑΦΜ [094259216]', '[EL094259216]'],
  CY_TAX_ID: ['[CY-10259033P]'],
  MT_VAT: ['[MT 1167-9112]'],
  SE_PERSONNUMMER: ['[880320-0016]', 'personnummer [198803200016]'],
  SE_ORGANISATIONSNUMMER: ['organisationsnummer [1234567897]'],
  SE_VAT: ['[SE123456789701]'],
  NO_FODSELSNUMMER: ['[151086 95088]', 'fødselsnummer [15108695088]'],
  NO_ORGNR: ['orgnr. [988 077 917]'],
  NO_VAT: ['[NO 995 525 828 MVA]'],
  NO_BANK_ACCOUNT: ['kontonummer [8601 11 17947]'],
  DK_CPR: ['CPR-nr. [2110625629]', '[211062-5629]'],
  DK_CVR: ['[DK 13585628]', 'CVR [13585628]'],
  FI_PERSONAL_IDENTITY_CODE: ['[131052-308T]', 'henkilötunnukseni on [131052A308T]'],
  FI_BUSINESS_ID: ['Y-tunnus [2077474-0]'],
  FI_VAT: ['[FI20774740]'],
  IS_KENNITALA: ['[450401-3150]', 'kt. [4504013150]'],
  EE_PERSONAL_CODE: ['isikukood [36805280109]'],
  EE_VAT: ['[EE100594102]'],
  LV_PERSONAL_CODE: ['[161175-19997]'],
  LV_VAT: ['[LV 4000 3521 600]'],
  LT_PERSONAL_CODE: ['asmens kodas [33309240064]'],
  LT_VAT: ['[LT119511515]'],
  PL_PESEL: ['PESEL [44051401359]', '[44051401359] (PESEL)'],
  PL_NIP: ['NIP: [856-734-62-15]', '[PL8567346215]'],
  PL_REGON: ['REGON [192598184]'],
  CZ_BIRTH_NUMBER: ['[710319/2745]', 'rodné číslo [7103192745]'],
  CZ_ICO: ['IČO: [25596641]'],
  CZ_VAT: ['[CZ 25123891]'],
  SK_VAT: ['[SK2022749619]'],
  HU_VAT: ['[HU12892312]'],
  HU_TAX_ID: ['adóazonosító jel: [8071592153]'],
  SI_TAX_ID: ['davčna številka [5022 3054]'],
  HR_OIB: ['OIB [33392005961]'],
  RO_CNP: ['[1630615123457]'],
  RO_CUI: ['[RO18547290]', 'CUI [18547290]'],
  BG_EGN: ['ЕГН [8032056031]'],
  BG_VAT: ['ДДС номер [175 074 752]'],
  US_SSN: ['[536-90-4399]', 'my ssn is [536904399]', 'Social Security Number: [536 90 4399]'],
  US_ITIN: ['[912-70-1234]', 'ITIN [912701234]'],
  US_EIN: ['EIN [12-3456789]'],
  US_PASSPORT: ['US passport [912803456]', 'passport number: [A12345678]'],
  US_DRIVER_LICENSE: ["driver's license [A1234567]"],
  US_BANK_NUMBER: ['bank account number [945456787654]'],
  ABA_ROUTING_NUMBER: ['routing number [111000025]'],
  MEDICAL_LICENSE: ['DEA number [AB1234563]'],
  US_NPI: ['NPI [1234567893]'],
  US_MBI: ['[1EG4-TE5-MK73]', 'Medicare number [1EG4TE5MK73]'],
  CA_SIN: ['SIN [123 456 782]', 'social insurance number [123-456-782]'],
  CA_BN: ['[123026635 RC 0001]'],
  BR_CPF: ['[390.533.447-05]', 'CPF [39053344705]'],
  BR_CNPJ: ['[16.727.230/0001-97]'],
  IN_PAN: ['[ACUPA7085R]', 'PAN: [ACUPA7085R]'],
  IN_AADHAAR: ['Aadhaar [2341 2341 2346]'],
  IN_VOTER: ['voter id [WKH1186253]'],
  IN_GSTIN: ['[27AAPFU0939F1ZV]'],
  IN_VEHICLE_REGISTRATION: ['vehicle [MH12AB1234]', '[KA 01 AB 1234]'],
  SG_NRIC_FIN: ['[S1234567D]', 'NRIC [G1234567X]'],
  SG_UEN: ['[197401143C]', 'UEN [00192200M]'],
  JP_MY_NUMBER: ['マイナンバーは[123456789018]です', 'My Number: [1234 5678 9018]'],
  JP_CORPORATE_NUMBER: ['[5-8356-7825-6246]'],
  KR_RRN: ['주민등록번호는 [971013-9019902]', '[971013-9019902]'],
  KR_BRN: ['사업자등록번호 [116-82-00276]'],
  AU_ABN: ['ABN [83914571673]', '[83 914 571 673]'],
  AU_ACN: ['ACN [004 085 616]'],
  AU_TFN: ['TFN: [123 456 782]'],
  AU_MEDICARE: ['Medicare card [2123 45670 1]'],
  VEHICLE_ID: ['[1M8GDM9AXKP042788]', 'Fahrgestellnummer [WVWZZZ1JZ3W386752]'],
  IMEI: ['IMEI [490154203237518]'],
};

describe('numbers of registers', () => {
  it.each(Object.entries(WRITTEN).flatMap(([entity, texts]) => texts.map((text) => [entity, text])))(
    'finds %s in "%s"',
    (entity, marked) => {
      const value = /\[(.*)\]/.exec(marked)?.[1];
      expect(found(marked.replaceAll(/[[\]]/g, ''))).toEqual([`${entity} ${value}`]);
    },
  );

  it.each([
    'order 12345678 and order no. 123456782',
    'invoice 36574261809 of 12.03.2026',
    'customer 36574261809 without a word about what it is',
    'Artikelnummer AB1234563, Charge 390533447',
    'tracking number 44051401359',
    'part no. S1234567D',
    'version 10.4.12.2026',
    'commande 552008443',
    'Bestellung 111222333 vom 24.11.2026',
    'zamówienie 8567346215',
    'ticket 000-12-3456',
    'timestamp 1732320000000',
    'total 1 234 567 890,00 EUR',
    'HR33392005962 and DE136695978',
    'build_44051401359',
  ])('leaves "%s" alone', (text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ['SV-Nummer 15070649C103 / Vertrag 111222333', 'DE_SOCIAL_SECURITY 15070649C103'],
    ['Steuer-ID 36 574 261 809, Mitglied 111222333', 'DE_TAX_ID 36 574 261 809'],
    ['2 95 10 99 126 111 93 (sécurité sociale), 200421194', 'FR_NIR 2 95 10 99 126 111 93'],
    ['contract 111222333 - PESEL 44051401359', 'PL_PESEL 44051401359'],
    ['536-90-4399 is her social security number, 536904399', 'US_SSN 536-90-4399'],
  ])('takes what a word says for one number only in "%s"', (text, only) => {
    expect(found(text)).toEqual([only]);
  });

  it('are found over a comma or a bracket by their own name, and by that of many countries only without', () => {
    expect(found('BSN, as asked: 111222333')).toEqual(['NL_BSN 111222333']);
    expect(found('national id (see contract) 111222333')).toEqual([]);
  });

  it('are less sure when a label stands before a wrong check digit', () => {
    const [right] = detect('PESEL 44051401359');
    const [wrong] = detect('PESEL 44051401358');
    expect(right).toMatchObject({ entity: 'PL_PESEL', score: 1, evidence: ['check-digit', 'context'] });
    expect(wrong).toMatchObject({ entity: 'PL_PESEL', score: 0.6, evidence: ['pattern', 'context'] });
  });

  it('of other countries than those of the scope are not looked for', () => {
    expect(detect('PAN ACUPA7085R', { countries: ['DE'] })).toEqual([]);
    expect(detect('PAN ACUPA7085R', { countries: ['IN'] })).toHaveLength(1);
  });
});
