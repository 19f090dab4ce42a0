import { lines } from './lines.js';

export const fr = lines(`
  {o} a annoncé {d} la suppression de {num} postes en {n}.
  {c} (AFP) - Le président de {o}, {p}, a démissionné lundi.
  {p}, directeur de {o}, s'est rendu à {c}.
  Le ministre {l} a rencontré son homologue à {c}.
  {o} a battu {o} {num} à {num} à {c}.
  La police de {c} a arrêté deux suspects.
  Né à {c}, {l} a étudié à {o}.
  Le chiffre d'affaires de {o} a augmenté de {num} %.
  {n} et {n} ont signé un accord à {c}.
  Je m'appelle {p} et j'habite {a}.
  Je suis {f}, de {o}, puis-je parler à {f} ?
  Madame {l} de {o} a appelé, merci de la rappeler.
  Monsieur {l} habite à {c} depuis {num}.
  j'ai parlé avec {f}, elle envoie le dossier
  tu peux demander à {f} si le colis est arrivé
  merci {f} pour ton aide
  {f} rappelle demain
  Bonjour {f}, as-tu des nouvelles de {o} ?
  Chère {f}, merci pour votre message.
  Cher Monsieur {l}, veuillez trouver ci-joint le devis.
  Cordialement,\\n{p}\\n{j}\\n{o}
  Bien à vous\\n{p}\\n{a}
  Contrat entre {o} et {p}, demeurant {a}
  Le patient {p} a été admis à {o} le {d}.
  Le docteur {l} a prescrit un traitement à {p}.
  Livraison à {c} par {o} le {d}.
  Adresse de livraison : {p}, {a}
  Facture au nom de {o}, à l'attention de {p}
  Le client {o} n'est pas satisfait du {x}.
  La cliente {p} a renvoyé le {x}.
  Le client de {c} attend le {x}.
  Affaire perdue chez {o} face à {o}.
  Rendez-vous avec {p} et {l} de {o} à {c}.
  Nous partons de {c} pour {c} le {d}.
  Nom : {p} Ville : {c} Société : {o}
  Contact chez {o} : {p}, {j}
  Le témoin {p} affirme que {l} était absent.
  La société {o}, basée à {c}, fournit le {x}.
  Ma fille {f} a besoin d'un nouveau {x}.
  Mon mari {f} a déjà payé la facture.
  Virement de {p} vers {o} reçu le {d}.
  Attribué à {f}, suivi par {l}.
  Le colis est bloqué chez {o} à {c}.
  J'ai acheté ce {x} chez {o}.
  Merci de renvoyer la facture du {d}.
  L'appareil ne fonctionne plus depuis la mise à jour.
  La livraison est arrivée endommagée.
  Le contrat se termine à la fin de l'année.
  Nous attendons une confirmation avant vendredi.
  Merci beaucoup pour votre aide rapide !
  La commande a été annulée, le remboursement suit.
  Le rendez-vous de lundi est reporté.
  La garantie est de deux ans.
  Mot de passe oublié, impossible de se connecter.
  Le {x} ne convient pas, retour demandé.
  Le service commercial étudie l'offre pour le {x}.
  La notice en anglais est dans la boîte.
  Bonjour, je n'ai toujours pas reçu ma commande.
  Les frais de port sont compris dans le prix.
  Cliquez sur {v} puis sur {v}.
  Le statut est passé de {v} à {v}.
  coucou c'est {f}, tu peux rappeler {f}
  {o} ferme son usine de {c}.
  {p} travaille chez {o} à {c}.
  Le gouvernement {adj} a répondu à {n}.
  Vérifiez le {k} du {x}.
`);
