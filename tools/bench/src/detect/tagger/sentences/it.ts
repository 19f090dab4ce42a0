import { lines } from './lines.js';

export const it = lines(`
  {o} ha annunciato il {d} il taglio di {num} posti in {n}.
  {c} (ANSA) - Il presidente di {o}, {p}, si è dimesso.
  {p}, portavoce di {o}, non ha voluto commentare.
  Il ministro {l} andrà a {c} la prossima settimana.
  {o} ha vinto {num} a {num} contro {o} a {c}.
  La polizia di {c} ha arrestato due sospetti.
  {l} è nato a {c} e ha studiato a {o}.
  Le vendite di {o} sono salite del {num} per cento.
  {n} e {n} hanno firmato un accordo a {c}.
  Mi chiamo {p} e abito in {a}.
  Sono {f} di {o}, c'è {f}?
  La signora {l} di {o} ha chiamato e chiede di essere richiamata.
  Il signor {l} vive a {c} dal {num}.
  Ho parlato con {p}: accetta il prezzo.
  ho parlato con {f}, manda i documenti domani
  puoi chiedere a {f} se il pacco è arrivato
  grazie {f} per l'aiuto
  {f} richiama domani
  Ciao {f}, hai notizie di {o}?
  Gentile signora {l}, in allegato il preventivo.
  Caro {f}, grazie per il tuo messaggio.
  Cordiali saluti\\n{p}\\n{j}\\n{o}
  Distinti saluti\\n{p}\\n{a}
  Contratto tra {o} e {p}, residente in {a}
  Il paziente {p} è stato ricoverato a {o} il {d}.
  Il dottor {l} ha prescritto una cura a {p}.
  Consegna a {c} con {o} il {d}.
  Indirizzo di consegna: {p}, {a}
  Fattura intestata a {o}, all'attenzione di {p}
  Il cliente {o} non è contento del {x}.
  La cliente {p} ha restituito il {x}.
  Il cliente di {c} aspetta il {x}.
  Trattativa persa con {o}, ha vinto {o}.
  Riunione con {p} e {l} di {o} a {c}.
  Voliamo da {c} a {c} il {d}.
  Nome: {p} Città: {c} Azienda: {o}
  Referente presso {o}: {p}, {j}
  Il testimone {p} dice che {l} non era in casa.
  La ditta {o}, con sede a {c}, fornisce il {x}.
  Mia figlia {f} ha bisogno di un nuovo {x}.
  Mio marito {f} ha già pagato la fattura.
  Bonifico da {p} a {o} ricevuto il {d}.
  Assegnato a {f}, seguito da {l}.
  Il pacco è fermo da {o} a {c}.
  Ho comprato il {x} da {o}.
  Si prega di inviare di nuovo la fattura del {d}.
  L'apparecchio non funziona dopo l'aggiornamento.
  La consegna è arrivata danneggiata.
  Il contratto scade a fine anno.
  Aspettiamo la conferma entro venerdì.
  Grazie mille per l'aiuto!
  L'ordine è stato annullato, il rimborso arriva presto.
  L'appuntamento di lunedì è spostato.
  La garanzia dura due anni.
  Password dimenticata, non riesco a entrare.
  Il {x} non va bene, chiedo il reso.
  L'ufficio acquisti valuta l'offerta per il {x}.
  Il manuale inglese è nella scatola.
  Buongiorno, non ho ancora ricevuto il mio ordine.
  Le spese di spedizione sono comprese.
  Premere {v} e poi {v}.
  Lo stato è passato da {v} a {v}.
  ciao sono {f}, hai sentito {f}
  {o} chiude lo stabilimento di {c}.
  Il presidente {p} è arrivato a {c}.
  Il governo {adj} ha risposto a {n}.
  Controllare il {k} del {x}.
`);
