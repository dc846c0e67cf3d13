### French (France). Register: formal (vous), as nearly every consumer product there; warm, no jargon.
### Typography: U+202F before ; ! ?, U+00A0 before the colon and between a number and its unit, e‑mail with U+2011.

language = Langue
title = Créez votre compte
lead = Saisissez votre adresse e‑mail et nous vous enverrons un code à six chiffres.
email = Adresse e‑mail
send = Envoyer le code
resend = Envoyer un nouveau code
wait = Renvoyer dans { $time }
ready = Vous pouvez maintenant demander un nouveau code.
sent = Nous avons envoyé un code à { $email }.
code = Code reçu par e‑mail
check = Confirmer
incomplete = Saisissez les six chiffres du code.
done = Votre adresse est confirmée
confirmed = L’adresse { $email } est bien à vous. Vous pouvez poursuivre votre inscription.
again = Recommencer
reference = Référence de l’API

error-unreachable = Impossible de joindre le service. Vérifiez votre connexion et réessayez.
error-address = Cette adresse e‑mail semble incorrecte. Vérifiez-la et réessayez.
error-later = Un code est déjà en route. Regardez aussi dans votre dossier Spam, ou demandez un nouveau code à la fin du compte à rebours.
error-limit = Trop de codes ont été demandés. Réessayez plus tard.
error-unavailable = Un problème est survenu de notre côté. Réessayez dans un instant.
error-no-code = Ce code n’est plus valable. Demandez-en un nouveau.
error-tries = Trop de codes incorrects. Demandez un nouveau code à la fin du compte à rebours.
error-code = Ce n’est pas le bon code. Vérifiez l’e‑mail et réessayez.

inbox = Boîte de réception
inbox-open = Ouvrir dans un nouvel onglet
inbox-live = En direct
inbox-lost = Connexion perdue, nouvelle tentative en cours
inbox-count =
    { $count ->
        [0] Aucun e‑mail
        [one] { $count } e‑mail
       *[other] { $count } e‑mails
    }
inbox-more = Affichage des { $shown } plus récents sur { $total }.
inbox-search = Rechercher
inbox-no-match = Aucun e‑mail ne correspond à votre recherche.
inbox-empty = Aucun e‑mail pour l’instant
inbox-hint = Demandez un code, et l’e‑mail s’affichera ici automatiquement.
inbox-choose = Choisissez un e‑mail pour le lire.
inbox-gone = Cet e‑mail n’est plus là.
inbox-new = Nouvel e‑mail pour { $to } : { $subject }
inbox-no-subject = Sans objet
inbox-all = Tous les e‑mails
inbox-from = De
inbox-to = À
inbox-received = Reçu
inbox-text = Texte
inbox-html = HTML
inbox-source = Source
inbox-copy = Copier
inbox-copy-code = Copier le code
inbox-copied = Copié
inbox-no-copy = Copie impossible ici
inbox-delete = Supprimer
inbox-deleted = E‑mail supprimé
inbox-clear = Tout supprimer…
inbox-clear-title = Supprimer tous les e‑mails ?
inbox-clear-text = Il n’en existe aucune autre copie.
inbox-clear-no = Conserver
inbox-clear-yes = Tout supprimer

way = Parcours
way-queued = En file d’attente
way-attempt = Tentative { $number }
way-delivered = Distribué
way-retry = Nouvelle tentative à venir
way-failed = Envoi abandonné

relay = Relais
relay-accept = Accepte
relay-refuse = Refuse
relay-greylist = Applique une liste grise
relay-stall = Ne répond pas
