import { lines } from './lines.js';

export const pl = lines(`
  {o} ogłosiła {d} zwolnienie {num} osób.
  {c} (PAP) - Prezes {o}, {p}, podał się do dymisji.
  {p}, rzecznik {o}, odmówił komentarza.
  Minister {l} spotkał się w poniedziałek z ambasadorem.
  {o} wygrała z {o} {num}:{num}.
  Policja zatrzymała dwóch podejrzanych, miasto {c}.
  {l} urodził się w roku {num}, studia: {o}.
  Sprzedaż {o} wzrosła o {num} procent.
  {n} i {n} podpisały porozumienie.
  Nazywam się {p}, mój adres to {a}.
  Mam na imię {f}, dzwonię z firmy {o}.
  Pani {l} z {o} dzwoniła i prosi o telefon.
  Pan {l} mieszka tu od {num} roku.
  Rozmowa z klientem: {p}. Zgoda na cenę.
  Kontakt: {f} {l}, {o}, {c}
  {f} wysyła dokumenty jutro
  czy {f} wie, że paczka przyszła
  dzięki {f} za pomoc
  dzięki! {l} odebrał paczkę
  {f} oddzwoni jutro
  Cześć {f}, są jakieś wieści od {o}?
  Szanowna Pani {l}, w załączeniu oferta.
  Droga {f}, dziękuję za wiadomość.
  Pozdrawiam\\n{p}\\n{j}\\n{o}
  Z poważaniem\\n{p}\\n{a}
  Umowa między {o} a {p}, zamieszkały {a}
  Pacjent {p} został przyjęty {d}, szpital {o}.
  Doktor {l} przepisał nowe leki.
  Dostawa: {c}, kurier {o}, {d}
  Adres dostawy: {p}, {a}
  Faktura na {o}, do rąk {p}
  Klient {o} nie jest zadowolony, {x} nie działa.
  Klientka {p} zwróciła {x}.
  Klient z {c} czeka na {x}.
  Przegraliśmy w {o}, wygrała {o}.
  Spotkanie: {p} i {l}, {o}, {c}
  Lot {c} - {c} dnia {d}
  Imię i nazwisko: {p} Miasto: {c} Firma: {o}
  Osoba kontaktowa w {o}: {p}, {j}
  Świadek {p} zeznał, że {l} nie był w domu.
  Firma {o} z siedzibą: {c}, dostarcza {x}.
  Moja córka {f} potrzebuje nowy {x}.
  mój mąż {f} już zapłacił fakturę
  Przelew od {p} do {o} wpłynął {d}.
  Przydzielono: {f}, nadzór: {l}
  Paczka leży w {o}, {c}
  Proszę przysłać jeszcze raz fakturę z {d}.
  Urządzenie nie działa po aktualizacji.
  Przesyłka dotarła uszkodzona.
  Umowa kończy się z końcem roku.
  Prosimy o potwierdzenie do piątku.
  Bardzo dziękuję za szybką pomoc!
  Zamówienie anulowano, pieniądze wrócą wkrótce.
  Poniedziałkowe spotkanie jest przełożone.
  Gwarancja trwa dwa lata.
  Nie pamiętam hasła, nie mogę się zalogować.
  {x} nie pasuje, proszę o zwrot.
  Dział zakupów sprawdza ofertę na {x}.
  Instrukcja po angielsku jest w pudełku.
  Dzień dobry, nadal czekam na zamówienie.
  Koszty wysyłki są w cenie.
  Kliknij {v}, a potem {v}.
  Status zmienił się z {v} na {v}.
  cześć tu {f}, oddzwoń do mnie
  {o} buduje fabrykę, miasto {c}.
  Premier {p} i prezydent {p} są zgodni.
  Rząd {adj} odpowiedział.
  Sprawdź {k}, {x} nie działa.
`);
