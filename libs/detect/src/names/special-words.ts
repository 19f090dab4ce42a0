/**
 * Words of the special categories of Art. 9(1) GDPR, folded, in English, German, French, Spanish, Italian, Dutch and
 * Polish: the terms of the article itself and of recitals 34, 35 and 51, the chapters of ICD-11 and its most frequent
 * diagnoses, the religions and denominations of Eurostat's and the party families of the European Parliament's lists.
 * A star stands for any ending. Written down here and meant to be read and added to.
 */
export const SPECIAL_WORDS: Readonly<Record<string, string>> = {
  RELIGION: `christian* muslim* islam* jew jews jewish judais* hindu* buddh* sikh* catholic* protestant* lutheran* orthodox*
    atheis* agnosti* mormon* anglican* methodist* baptist* evangelical* quaker* jehova* religion religious believer* mosque*
    synagog* christ* katholi* evangelisch* moslem* judentum judisch* juden buddhis* konfession* glaubensgemeinschaft*
    kirchensteuer* religios* religieu* chretien* catholique* musulman* juif juive juifs boudd* athee* croyant* cristian*
    catolic* judi* budis* ateo atea ateos creyente* cattolic* mussulman* ebre* musulmano buddist* religios* credente*
    joods* jood joden moslim* boeddhis* protestants* gelovig* katoli* muzulman* zyd zydow* buddy* prawoslaw* ewangeli* wyznani* ateist*`,
  POLITICAL_OPINION: `democrat republican liberal conservative socialist* communis* marxis* anarchis* fascis* nationalist* libertarian*
    labour tory tories leftist* leftwing rightwing parteimitglied* parteibuch cdu csu spd afd fdp sozialdemokrat* sozialist*
    kommunis* faschis* nationalist* linksextrem* rechtsextrem* wahler* socialiste* communiste* gaulliste* fasciste* militant*
    partisan* socialdemocra* comunis* fascist* anarqui* votante* socialista* anarchic* elettore* communist* kiezer* partijlid
    vvd pvda groenlinks socjalis* komunis* faszys* narodow* pis lewic* prawicow* partyjn*`,
  HEALTH: `cancer* tumor* tumour* diabet* asthma* epilep* depress* schizophren* bipolar* autis* adhd hiv aids hepatitis* dementia*
    alzheimer* parkinson* pregnan* miscarriage* abortion* disabilit* disabled wheelchair* chemotherap* dialysis surgery surgical
    diagnos* diagnosed illness* disease* infarct* stroke psychiatr* psychotherap* addict* alcoholi* insulin* medication*
    prescription* allerg* arthritis migraine* hypertension leukemia* leukaemia* sclerosis sick hospitali* rehab
    krebs* diabetiker* epilepti* depressi* schwanger* fehlgeburt* abtreibung* behindert* behinderung* rollstuhl* chemotherapie*
    krankheit* krank kranke* krankgeschrieben krankschreibung* arbeitsunfahig* herzinfarkt* schlaganfall* suchtkrank* medikament*
    bluthochdruck* demenz* operation* burnout* reha
    diabete* asthme* epileps* enceinte* grossesse* fausse-couche avortement* handicap* maladie* malade* infarctus avc toxicoman*
    medicament* hopital hospitalis* chimiotherap* leucemie* demence* allergi* ordonnance*
    diabetes asma epileps* depresion* embaraz* aborto* discapacitad* discapacidad* enfermedad* enferm* quimioterap* alergi*
    hipertension cirugia* medicacion* demencia*
    cancro tumore* diabet* incinta gravidanza* disabil* malatti* malato malata invalidit* chemioterap* farmac* ipertension*
    ricover* infarto*
    kanker* suikerziekt* astma* zwanger* miskraam* gehandicapt* ziekte* ziek zieke rolstoel* hartinfarct* beroerte* verslav*
    medicijn* dementie* operatie* rak raka nowotwor* nowotworow* cukrzyc* astm* padaczk* depresj* ciaz* poronieni* niepelnospraw*
    chorob* chory chora zawal* udar* uzalezni* lek leki lekarstw* operacj* szpital* alergi* nadcisnieni* otepieni*`,
  TRADE_UNION: `unionist* unionis* union-member tradeunion* shop-steward works-council
    gewerkschaft* betriebsrat* verdi igmetall syndicat* syndiqu* cgt cfdt sindicat* sindical* ccoo ugt sindacat* sindacal* cgil cisl
    vakbond* fnv ondernemingsraad* zwiazkow* zwiazkiem solidarnosc`,
  BIOMETRIC: `biometri* fingerprint* faceprint* retina iris-scan voiceprint* dna genom* genetic* genetisch* fingerabdruck*
    gesichtserkennung* irisscan* stimmabdruck* erbgut* empreinte* genetiqu* genetic* huella* genetico* impront* digitali
    vingerafdruk* gezichtsherkenning* irisscan odcisk* genetyczn* linie-papilarne`,
  SEXUAL_LIFE: `gay gays lesbian* homosexual* bisexual* heterosexual* transgender* transsexual* queer* lgbt* nonbinary pansexual*
    asexual* sexuality lesbe* lesbisch* schwul* homosexuell* bisexuell* transsexuell* sexualleben homosexuel* lesbienne* bisexuel*
    transgenre* homosexual* lesbian* bisexual* omosessual* lesbic* bisessual* transessual* homoseksue* lesbo* biseksue* transseksue*
    homoseksual* lesbijk* biseksual* gej geje gejem`,
};
