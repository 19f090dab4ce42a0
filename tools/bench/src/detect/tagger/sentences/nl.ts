import { lines } from './lines.js';

export const nl = lines(`
  {o} schrapt volgens {p} volgend jaar {num} banen in {n}.
  {c} (ANP) - De topman van {o}, {p}, stapt op.
  {p}, woordvoerder van {o}, wilde niet reageren.
  Minister {l} reist volgende week naar {c}.
  {o} won in {c} met {num}-{num} van {o}.
  De politie in {c} heeft twee verdachten opgepakt.
  {l} werd geboren in {c} en studeerde aan {o}.
  De omzet van {o} steeg met {num} procent.
  {n} en {n} tekenden een akkoord in {c}.
  Mijn naam is {p} en ik woon op {a}.
  Ik ben {f} van {o}, is {f} er?
  Mevrouw {l} van {o} heeft gebeld en wil teruggebeld worden.
  Meneer {l} woont sinds {num} in {c}.
  Ik sprak met {p}: akkoord met de prijs.
  heb {f} gesproken, ze stuurt het dossier morgen
  kun je {f} vragen of het pakket er is
  bedankt {f} voor je hulp
  {l} heeft getekend voor ontvangst
  {f} belt morgen terug
  Hoi {f}, heb je iets gehoord van {o}?
  Geachte mevrouw {l}, hierbij de offerte.
  Beste {f}, dank voor je bericht.
  Met vriendelijke groet\\n{p}\\n{j}\\n{o}
  Groeten uit {c}\\n{f}
  Contract tussen {o} en {p}, wonende {a}
  Patiënt {p} werd op {d} opgenomen in {o}.
  Dokter {l} schreef een behandeling voor aan {p}.
  Levering in {c} door {o} op {d}.
  Afleveradres: {p}, {a}
  Factuur op naam van {o}, ter attentie van {p}
  Klant {o} is niet tevreden over de {x}.
  Klant {p} heeft de {x} teruggestuurd.
  De klant in {c} wacht op de {x}.
  Deal verloren bij {o}, {o} was goedkoper.
  Afspraak met {p} en {l} van {o} in {c}.
  We vliegen op {d} van {c} naar {c}.
  Naam: {p} Plaats: {c} Bedrijf: {o}
  Contactpersoon bij {o}: {p}, {j}
  Getuige {p} verklaarde dat {l} niet thuis was.
  Het bedrijf {o} uit {c} levert de {x}.
  Mijn dochter {f} heeft een nieuwe {x} nodig.
  Mijn man {f} heeft de factuur al betaald.
  Overboeking van {p} naar {o} ontvangen op {d}.
  Toegewezen aan {f}, {l} volgt het op.
  Het pakket ligt bij {o} in {c}.
  Ik heb de {x} gekocht bij {o}.
  Ik ben op {d} naar {c} verhuisd.
  Stuur de factuur van {d} nog een keer.
  Het apparaat werkt niet meer na de update.
  De levering kwam beschadigd aan.
  Het contract loopt eind van het jaar af.
  Graag een bevestiging voor vrijdag.
  Heel erg bedankt voor de snelle hulp!
  De bestelling is geannuleerd, het geld komt terug.
  De afspraak van maandag gaat niet door.
  De garantie is twee jaar.
  Wachtwoord vergeten, inloggen lukt niet.
  De {x} past niet, retour aangevraagd.
  De afdeling inkoop bekijkt de offerte voor de {x}.
  De Engelse handleiding zit in de doos.
  Goedemorgen, ik wacht nog op mijn bestelling.
  De verzendkosten zijn inbegrepen.
  Klik op {v} en dan op {v}.
  De status ging van {v} naar {v}.
  hoi met {f}, kun je {f} even bellen
  {o} verhuist het kantoor van {c} naar {c}.
  Premier {p} sprak in {c} met {p}.
  De {adj} regering reageerde op {n}.
  Controleer de {k} van de {x}.
`);
