import { lines } from './lines.js';

export const de = lines(`
  {o} will nach Angaben von {p} im kommenden Jahr {num} Stellen in {c} abbauen.
  {c} (dpa) - Der Vorstand von {o} hat am Montag neue Zahlen vorgelegt.
  {p}, Sprecher von {o}, wollte sich dazu nicht äußern.
  Bundeskanzler {l} reist am {d} nach {n}.
  In {c} wurde am Wochenende ein neues Museum eröffnet.
  {o} gewann in {c} mit {num}:{num} gegen {o}.
  {l} wurde in {c} geboren und studierte an der {o}.
  Die Polizei in {c} sucht Zeugen eines Unfalls.
  Der Umsatz von {o} stieg um {num} Prozent.
  {p} aus {c} arbeitet seit {num} bei {o}.
  Mein Name ist {p}, ich wohne in der {a}.
  Ich heiße {f} und komme aus {c}.
  Bitte rufen Sie Frau {l} zurück, sie ist bei {o}.
  Herr {l} von {o} hat angerufen und bittet um Rückruf.
  Gespräch mit {p} und {f} {l} von {o} am {d}.
  habe mit {f} gesprochen, sie schickt die Unterlagen
  kannst du {f} fragen, ob das Paket da ist
  gruß an {f} und {f}
  {f} meldet sich morgen
  Sehr geehrter Herr {l}, vielen Dank für Ihre Anfrage.
  Sehr geehrte Frau {l}, anbei erhalten Sie das Angebot.
  Liebe {f}, danke für deine Nachricht.
  Hallo {f}, hast du schon etwas von {o} gehört?
  Mit freundlichen Grüßen\\n{p}\\n{o}\\n{a}
  Viele Grüße aus {c}\\n{f}
  Vertrag zwischen {o} und {p}, wohnhaft {a}
  Patientin {p} wurde am {d} in {o} aufgenommen.
  Dr. {l} hat ein neues Medikament verordnet.
  Die Lieferung nach {c} erfolgt durch {o}.
  Lieferadresse: {p}, {a}
  Rechnung an {o}, zu Händen {p}
  Kunde {o} ist mit dem {x} unzufrieden.
  Kundin {p} hat das {x} zurückgeschickt.
  Der Kunde in {c} wartet auf das {x}.
  Zuständig: {f}. Vertretung: {l}.
  Angebot an {o} verloren, {o} war günstiger.
  Termin in {c} mit {o} auf den {d} verschoben.
  Der Techniker aus {c} kommt am {d}.
  Wir fliegen am {d} von {c} nach {c}.
  {n} und {n} haben ein Abkommen unterzeichnet.
  Name: {p} Ort: {c} Firma: {o}
  Ansprechpartner bei {o} ist {p}, {j}.
  Der Zeuge {p} hat ausgesagt, dass {l} nicht zu Hause war.
  Die Firma {o} mit Sitz in {c} liefert das {x}.
  Bei {o} habe ich dasselbe {x} billiger gesehen.
  Überweisung von {p} an {o} am {d} eingegangen.
  Meine Tochter {f} braucht ein neues {x}.
  Mein Mann {f} hat die Rechnung schon bezahlt.
  Das Paket liegt bei {o} in {c}.
  Bitte schicken Sie die Rechnung noch einmal.
  Die Rechnung vom {d} ist noch offen.
  Das Gerät funktioniert nach dem Update nicht mehr.
  Die Lieferung kam beschädigt an, bitte um Ersatz.
  Der Vertrag läuft Ende des Jahres aus.
  Wir bitten um Bestätigung bis Freitag.
  Vielen Dank für die schnelle Hilfe!
  Die Bestellung wurde storniert, das Geld kommt in den nächsten Tagen.
  Der Termin am Montag muss leider verschoben werden.
  Wegen der Feiertage verzögert sich der Versand.
  Der neue Katalog mit allen Preisen liegt bei.
  Die Garantie gilt zwei Jahre ab Kauf.
  Kein Zugriff auf das Konto, Passwort vergessen.
  Das {x} passt nicht, Rücksendung angefordert.
  Der Winter war kalt, der Sommer warm und der Herbst nass.
  Guten Morgen, ich warte noch auf eine Antwort.
  Die Abteilung Einkauf prüft das Angebot für das {x}.
  Mehrwertsteuer und Versand sind im Preis enthalten.
  Die deutsche Anleitung fehlt im Karton.
  Klicken Sie auf {v} und dann auf {v}.
  Der Status wurde von {v} auf {v} geändert.
  Bitte prüfen Sie die {k}.
  Die {adj} Regierung und {n} sind sich einig.
  bin gerade in {c}, melde mich bei {f}
  Der Hersteller {o} baut ein Werk in {n}.
  {p} traf in {c} auf {p}.
`);
