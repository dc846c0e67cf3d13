### French (Canada). Register: formal (vous), friendly; courriel and pourriel, as people there say.
### Typography: no space before ; ! ?, U+00A0 before the colon and between a number and its unit.

language = Langue
title = Créez votre compte
lead = Entrez votre adresse courriel et nous vous enverrons un code à six chiffres.
email = Adresse courriel
send = Envoyer le code
resend = Envoyer un autre code
wait = Renvoyer dans { $time }
ready = Vous pouvez maintenant demander un autre code.
sent = Nous avons envoyé un code à { $email }.
code = Code reçu par courriel
check = Confirmer
incomplete = Entrez les six chiffres du code.
done = Votre adresse est confirmée
confirmed = L’adresse { $email } est bien la vôtre. Vous pouvez poursuivre votre inscription.
again = Recommencer
reference = Référence de l’API

error-unreachable = Impossible de joindre le service. Vérifiez votre connexion et réessayez.
error-address = Cette adresse courriel semble incorrecte. Vérifiez-la et réessayez.
error-later = Un code est déjà en route. Regardez aussi dans vos pourriels, ou demandez un autre code à la fin du compte à rebours.
error-limit = Trop de codes ont été demandés. Réessayez plus tard.
error-unavailable = Un problème est survenu de notre côté. Réessayez dans quelques instants.
error-no-code = Ce code n’est plus valide. Demandez-en un autre.
error-tries = Trop de codes incorrects. Demandez un autre code à la fin du compte à rebours.
error-code = Ce n’est pas le bon code. Vérifiez le courriel et réessayez.

inbox = Boîte de réception
inbox-open = Ouvrir dans un nouvel onglet
inbox-live = En direct
inbox-lost = Connexion perdue, nouvel essai en cours
inbox-count =
    { $count ->
        [0] Aucun courriel
        [one] { $count } courriel
       *[other] { $count } courriels
    }
inbox-more = Affichage des { $shown } plus récents sur { $total }.
inbox-search = Rechercher
inbox-no-match = Aucun courriel ne correspond à votre recherche.
inbox-empty = Aucun courriel pour le moment
inbox-hint = Demandez un code, et le courriel apparaîtra ici automatiquement.
inbox-choose = Choisissez un courriel pour le lire.
inbox-gone = Ce courriel n’est plus ici.
inbox-new = Nouveau courriel pour { $to } : { $subject }
inbox-no-subject = Sans objet
inbox-all = Tous les courriels
inbox-from = De
inbox-to = À
inbox-received = Reçu
inbox-text = Texte
inbox-html = HTML
inbox-source = Source
inbox-copy = Copier
inbox-copy-code = Copier le code
inbox-copied = Copié
inbox-no-copy = Impossible de copier ici
inbox-delete = Supprimer
inbox-deleted = Courriel supprimé
inbox-clear = Tout supprimer…
inbox-clear-title = Supprimer tous les courriels?
inbox-clear-text = Il n’en existe aucune autre copie.
inbox-clear-no = Conserver
inbox-clear-yes = Tout supprimer

way = Parcours
way-queued = En file d’attente
way-attempt = Essai { $number }
way-delivered = Livré
way-retry = Nouvel essai à venir
way-failed = Envoi abandonné

relay = Relais
relay-accept = Accepte
relay-refuse = Refuse
relay-greylist = Applique une liste grise
relay-stall = Ne répond pas
