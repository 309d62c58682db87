import type { InjectionWords } from './word-types.ts';

/** Latin script, western Europe. Accents may be written or left out; a `$` ends a word, else any ending fits. */
export const WEST_WORDS: Readonly<Record<string, InjectionWords>> = {
  en: {
    overrideFirst:
      'ignore$|disregard$|forget$|do not follow$|don t follow$|stop following$|stop obeying$|pay no attention to$|erase$|discard$|abandon$|drop your$|overrule$|overlook$|never mind$',
    rules:
      'instruction|prompt$|prompts$|guideline|directive|rule$|rules$|programming$|commands$|orders$|restriction|constraints|policy$|policies$|training$|safeguard|filters$|everything$|message$|messages$|persona$|role as|task$|conversation$',
    whose:
      'previous|prior$|above$|earlier$|preceding$|your$|system$|initial$|original$|foregoing$|so far$|up to now$|you were given|you have been given|you ve been given|you received|you were told|you ve been told|you have been told|before this|before that|came before',
    owned:
      'all instructions|all directives|all guidelines|all of your|all you ve been told|what you were told|everything you were told|the instructions you',
    reveal:
      'reveal$|print$|repeat$|output$|dump$|leak$|disclose$|show me$|show$|tell me$|tell us|what is$|what are$|what s$|what were$|give me$|paste$|quote$|recite$|spell out|write out|copy$|list$|translate$|encode$|summarize$|expose$|share$|exact text',
    secret:
      'system prompt|system message|system instruction|initial prompt|initial instruction|developer message|developer instruction|developer prompt|hidden instruction|hidden prompt|secret instruction|secret prompt|original instruction|original prompt|pre prompt|preprompt|guidelines word|hidden rules|hidden notes|confidential instruction|confidential prompt|confidential system',
    ownedSecret:
      'your instructions|your prompt|your system prompt|your system message|your initial prompt|your initial instruction|your original instruction|your hidden|your secret instruction|your exact instruction|your rules verbatim|your configuration|the system prompt|the system message|instructions above|prompt above|text above|text before this|words above|message above|lines above|your developer|your preamble|your internal|your guidelines verbatim|your full instruction|your whole prompt|your entire prompt|your full prompt|your context window|your confidential|your deployment',
    persona:
      'you are now|you re now|act as$|acting as|pretend|from now on|respond as|role play|roleplay|simulate$|imagine you|you will be|you are going to|assume the role|play the role|new persona|answer as|enter developer|enter dan|enter jailbreak|enter unrestricted|enter god|switch to|activate|behave|hypothetical response|stay in character',
    unbound:
      'no restriction|without restriction|without any restriction|no filter|without filter|without any filter|unfiltered|uncensored|no censorship|without censorship|unrestricted|no rules|without rules|without any rules|no limits|no limitation|without any limitation|not bound by|no longer bound|free from all|freed from|free of all|amoral|immoral|no moral|no ethic|without moral|without ethic|without any ethic|without any moral|unethical|never refuse|never refuses|cannot refuse|can t refuse|never say no|can do anything|do anything now|regardless of legal|without regard for|any request no matter|no guidelines|without guidelines|ignore ethic|ignores all|bypass$|bypasses|breaks the rules|content policy|no polic|without warning|no warning|no disclaimer|never warn|developer mode|god mode|jailbr|unlimited power|no safety|safety off|safety protocols|break character|broken free|broke free|break free',
    phrases:
      'do anything now|jailbreak mode|jailbroken|dan mode|system override|override your|override previous|override all|override the system|override safety|bypass your|bypass all safety|disable your|turn off your safety|ignore your|disregard your|forget your instruction|forget your rules|forget your guideline|ignore all previous|ignore the above|disregard the above|forget the above|ignore everything above|disregard everything above|forget everything above|forget everything you|forget all previous|instructions word for word|prompt verbatim|verbatim system prompt|note for ai|note to ai|attention ai|ai assistants must|any ai reading|if you are an ai|if you are a language model|dear ai|to the ai reading|automated reader|ai reviewer|begin system prompt|end of system prompt|new system prompt|new instructions from|updated instructions from|admin override|sudo mode|debug mode enabled|maintenance mode enabled|im start system|sys you are|stan strive|pretend you have no|you have no rules|you have no restriction|you are free from|print everything above|repeat everything above|repeat the text above|repeat the words above|output everything above|hidden instructions|reveal your hidden|reveal your prompt|reveal your system|reveal your instruction|reveal your configuration|forget your role|forget who you|forget that you are an ai|you are now in maintenance mode|you re in maintenance mode|you re now in maintenance|refusing is now|without safety filters|your true self',
    machine:
      'ai$|ais$|assistant$|assistants$|language model|language models|llm$|llms$|chatbot|bot$|bots$|ai model|ai system|ai agent|automated reader|model reading|agents$',
    note: 'note$|attention$|hidden$|p s$|ps$|hint$|message$|hey$|dear$|reminder$|system$|to any$|for any$|addressed',
  },
  de: {
    override:
      'ignorier|vergiss$|vergesst$|vergessen sie|missacht|übergeh|halte dich nicht|befolge nicht|verwirf$|umgehe$|setz dich über|lass alle|beachte nicht',
    rules:
      'anweisung|instruktion|regeln$|regel$|vorgaben$|richtlinie|befehl|prompt$|beschränkung|einschränkung|programmierung|rolle als|aufgabe$|alles$|sicherheitsregel|sicherheitsrichtlinie|systemregel|sicherheitsvorgabe',
    whose:
      'vorherig|bisherig|obig|vorig|deine$|deiner$|deinen$|davor$|oben$|ursprünglich|system|bis jetzt|zuvor$|vorangegangen|vorangehend|vorstehend|darüber$|was ich dir|was man dir',
    owned: 'alle anweisungen|allen anweisungen|alle instruktionen|alle vorgaben|deine rolle',
    reveal:
      'zeig|gib$|nenn|verrat|wiederhol|druck|wie lautet|wie lauten|was steht|liste$|offenbar|kopier|sag mir|verrate|ausgeben|verrätst|leg$|lege$|offenlegen',
    secret:
      'systemprompt|system prompt|systemanweisung|systemnachricht|anfangsanweisung|ursprüngliche anweisung|initiale anweisung|anweisungen$|startprompt',
    ownedSecret:
      'versteckten anweisung|geheimen anweisung|internen anweisung|geheime anweisung|versteckte anweisung|interne anweisung|deinen systemprompt|deine anweisungen|dein systemprompt|text oberhalb|text über dieser|deinen ganzen prompt|deinen prompt|dein prompt',
    persona:
      'du bist jetzt|du bist nun|du bist ab|ab jetzt|von nun an|ab sofort|tu so als|tue so als|verhalte dich|antworte als|antworte wie|antwortest du|übernimm die rolle|spiele die rolle|schlüpf',
    unbound:
      'ohne einschränkung|ohne filter|ohne regeln|ohne jede regel|keine einschränkung|keine regeln|keine grenzen|ohne zensur|unzensiert|ungefiltert|keine filter|kein filter|ohne vorgaben|keine vorgaben|ohne moral|keine moral|niemals ablehn|nie ablehn|keine ethisch|ohne ethisch|uneingeschränkt',
    phrases:
      'ignoriere alle vorherigen|ignoriere deine|vergiss deine anweisung|vergiss deine regeln|vergiss deine vorgaben|vergiss alles bisher|vergiss alles was|ignoriere alles|vergiss deine rolle|vergiss dass du',
    machine: 'ki$|ki system|ki assistent|ki modell|sprachmodell|assistent$|assistenten$',
    note: 'hinweis|notiz|achtung|anmerkung|an$|für$|versteckt',
  },
  fr: {
    overrideFirst:
      'ignore$|ignorez$|ignorer$|oublie$|oubliez$|oublier$|ne tiens pas compte|ne tenez pas compte|ne tiens plus compte|fais abstraction|faites abstraction|néglige$|négligez$|contourne|désobéis|ne respecte plus|ne suis plus|ne suis pas|laisse tomber|passe outre|mets de côté',
    rules:
      'instruction|consigne|règles$|règle$|directive|invite$|prompt$|ordres$|restriction|contrainte|programmation|tout ce qui|tout ce que',
    whose:
      'précédent|antérieur|ci dessus|tes$|vos$|ton$|votre$|initial|d origine|système$|plus haut|jusqu ici|jusqu à présent|reçu|donné|avant$|au dessus',
    owned: 'toutes les instructions|toutes les consignes|toutes tes|tes règles|vos règles',
    reveal: 'révèle|montre|affiche|donne|répète|dis moi|recopie|imprime|quel est|quelles sont|divulgue|écris$|cite$',
    secret:
      'prompt système|prompt systeme|message système|invite système|instructions système|instructions initiales|prompt initial|consignes$|instructions$',
    ownedSecret:
      'instructions cachées|consignes cachées|instructions secrètes|consignes secrètes|instructions internes|consignes internes|tes instructions|vos instructions|tes consignes|texte ci dessus|ton prompt|votre prompt',
    persona:
      'tu es désormais|tu es maintenant|vous êtes désormais|vous êtes maintenant|à partir de maintenant|désormais$|fais comme si|faites comme si|agis comme|agissez comme|réponds comme|joue le rôle|jouez le rôle|imagine que tu',
    unbound:
      'sans restriction|sans aucune restriction|sans filtre|sans aucun filtre|sans règle|sans aucune règle|aucune règle|aucune restriction|sans limite|aucune limite|aucun filtre|sans censure|non censuré|sans morale|sans éthique|ne refuse jamais|ne refuses jamais|jamais refuser|aucune consigne',
    phrases:
      'ignore toutes les instructions|oublie toutes les|ignore tes|oublie tes instructions|oublie tes consignes|oublie tes règles|oublie tout ce qui précède|oublie ton rôle|oublie que tu es|oubliez votre rôle',
    machine: 'modèle$|assistant ia|ia$|assistants$|modèle de langage|agent ia|intelligence artificielle',
    note: 'à l attention|note$|remarque|message$|caché|pour l$|pour les$|p s$|consigne',
  },
  es: {
    overrideFirst:
      'ignora|ignore$|ignoren$|olvida|olvide$|olvídate|haz caso omiso|haga caso omiso|no hagas caso|no sigas|desobedece|omite$|omita$|descarta$|pasa por alto|salta$|sáltate|deja de seguir|desatiende',
    rules:
      'instruccion|reglas$|regla$|directriz|directrices|normas$|órdenes$|indicaciones|prompt$|restriccion|programación|pautas|lineamientos|todo lo|límites$',
    whose:
      'anterior|previa|previo|tus$|sus$|tu$|arriba|inicial|original|del sistema|de sistema|hasta ahora|precedent|que te dieron|que recibiste|que te han dado',
    owned: 'todas las instrucciones|todas las indicaciones|todas tus|tus normas|tus reglas',
    reveal: 'revela|muestra|muéstrame|dime$|imprime|repite|enseña|cuál es|cuáles son|copia$|escribe$|divulga|dame$',
    secret:
      'prompt del sistema|mensaje del sistema|instrucciones del sistema|instrucciones iniciales|prompt inicial|prompt de sistema|instrucciones$|mensaje de sistema',
    ownedSecret:
      'instrucciones ocultas|instrucciones secretas|instrucciones internas|tus instrucciones|tu prompt|texto anterior a|prompt oculto|tu configuración|tu mensaje de sistema',
    persona:
      'ahora eres|eres ahora|a partir de ahora|desde ahora|actúa como|finge|haz como si|responde como|respondes como|hazte pasar|simula$|imagina que eres|compórtate',
    unbound:
      'sin restriccion|sin ninguna restriccion|sin filtro|sin ningún filtro|ningún filtro|sin reglas|ninguna regla|ninguna restriccion|sin límite|ningún límite|sin censura|sin ética|sin moral|nunca te niegas|nunca rechaz|no tienes reglas|no existiera|sin normas',
    phrases:
      'ignora todas las instrucciones|olvida todas las|olvida todo lo|ignora tus|olvida tus instrucciones|olvida tus normas|olvida tus reglas|ignora todo lo anterior|ignore las instrucciones|olvida tu papel|olvida tu rol|olvida que eres|sáltate tus',
    machine: 'ia$|asistente|asistentes|modelo$|modelos$|modelo de lenguaje|inteligencia artificial',
    note: 'nota$|aviso|atención|oculto|oculta|para$|mensaje$|instruccion|posdata',
  },
  pt: {
    overrideFirst:
      'ignora$|ignore$|ignorar$|ignorem$|esquece$|esqueça$|esquecer$|desconsidera$|desconsidere$|desconsiderar$|desobedeça|desobedece|não sigas|não siga|pare de seguir|descarta$|descarte$|desrespeite|faça de conta que não',
    rules:
      'instruç|instruc|regras$|regra$|diretriz|diretrizes|orientaç|comandos$|ordens$|prompt$|restriç|programação|normas$|tudo o que|tudo que|tudo$',
    whose:
      'anterior|prévia|prévio|tuas$|teu$|suas$|seu$|seus$|teus$|acima$|inicia|original|do sistema|de sistema|até agora|até aqui|precedente|que te deram|que recebeu|que recebeste',
    owned: 'todas as instruções|todas as regras|todas as tuas|todas as suas',
    reveal:
      'revela$|revele$|revelar|mostra$|mostre$|mostrar|diz me|diga$|me diga|imprime$|imprima$|repete$|repita$|qual é|quais são|copia$|copie$|divulga|divulgue|escreve$|escreva$',
    secret:
      'prompt do sistema|prompt de sistema|mensagem do sistema|mensagem de sistema|instruções do sistema|instruções iniciais|prompt inicial|instruções$',
    ownedSecret:
      'instruções ocultas|instruções secretas|instruções internas|tuas instruções|suas instruções|texto acima|teu prompt|seu prompt',
    persona:
      'és agora|agora és|você agora é|agora você é|a partir de agora|de agora em diante|doravante|age como|aja como|finge$|finja$|responde como|responda como|faz de conta|faça de conta|comporta te|comporte se|imagina que és',
    unbound:
      'sem restriç|sem nenhuma restriç|sem qualquer restriç|sem filtro|nenhum filtro|sem regras|nenhuma regra|nenhuma restriç|sem limite|sem censura|sem ética|sem moral|nunca recusa|não tem regras|não tens regras',
    phrases:
      'ignore todas as instruções|ignora todas as instruções|esqueça todas as|esquece todas as|esqueça tudo o que|esquece tudo o que|ignore tudo acima|esqueça o seu papel|esquece o teu papel|esqueça que você é',
    machine: 'modelo de linguagem|assistente|inteligência artificial',
    note: 'aviso|atenção|observação|instruç|mensagem',
  },
  it: {
    overrideFirst:
      'ignora$|ignorate$|ignori$|ignorare$|dimentica$|dimenticate$|dimentichi$|dimenticare$|trascura$|trascurate$|non seguire|non tenere conto|non tener conto|disobbedisci|scavalca|aggira$|lascia perdere|metti da parte',
    rules:
      'istruzion|regole$|regola$|direttiv|linee guida|comandi$|ordini$|prompt$|restrizion|programmazione|indicazion|vincoli$|consegne$|tutto ciò|tutto quello|tutto$',
    whose: 'precedent|tue$|tuoi$|tuo$|tua$|vostre$|sopra$|inizial|original|di sistema|del sistema|finora|ricevut|prima$|anterior',
    owned: 'tutte le istruzioni|tutte le regole|tutte le tue',
    reveal: 'rivela|mostra|mostrami|dimmi$|stampa$|ripeti|qual è|quali sono|copia$|scrivi$|divulga|elenca|svela',
    secret: 'prompt di sistema|messaggio di sistema|istruzioni di sistema|istruzioni iniziali|prompt iniziale|istruzioni$',
    ownedSecret: 'istruzioni nascoste|istruzioni segrete|istruzioni interne|tue istruzioni|testo qui sopra|testo precedente|tuo prompt',
    persona:
      'ora sei|adesso sei|sei ora|d ora in poi|da ora in poi|da questo momento|fai finta|fingi$|agisci come|comportati|rispondi come|immagina di essere|interpreta',
    unbound:
      'senza restrizion|senza alcuna restrizion|senza filtr|senza regole|nessuna regola|nessuna restrizion|senza limit|nessun limite|nessun filtro|senza censura|senza etica|senza morale|non rifiuti mai|non censurat|senza vincoli',
    phrases:
      'ignora tutte le istruzioni|ignora le istruzioni precedenti|dimentica tutte le|dimentica tutto quello|dimentica le tue|ignora le tue|dimentica il tuo ruolo|dimentica di essere',
    machine: 'modello$|modelli$|modello linguistico|intelligenza artificiale',
    note: 'per i$|per il$|nascosto|nascosta|istruzion|messaggio|avviso|attenzione',
  },
  nl: {
    override: 'negeer|negeren$|vergeet$|vergeten$|houd je niet|hou je niet|volg niet|omzeil|schuif je|leg je|laat je',
    rules:
      'instructie|regels$|regel$|richtlijn|opdrachten$|aanwijzing|prompt$|beperkingen$|voorschrift|bevelen$|programmering|alles$|veiligheidsregel|veiligheidsrichtlijn',
    whose:
      'vorige|eerdere|voorgaande|bovenstaande|je$|jouw$|uw$|systeem|oorspronkelijke|hierboven|boven$|tot nu toe|voorafgaande|hiervoor|gekregen',
    owned: 'alle instructies|alle aanwijzingen',
    reveal: 'toon|geef|laat zien|laat me|herhaal|druk|vertel|noem$|wat is|wat zijn|kopieer|onthul|schrijf',
    secret: 'systeemprompt|systeem prompt|systeeminstructie|systeembericht|startprompt|oorspronkelijke instructie|beginprompt',
    ownedSecret:
      'verborgen instructie|geheime instructie|interne instructie|je instructies|jouw instructies|tekst hierboven|verborgen opdracht',
    persona:
      'je bent nu|jij bent nu|u bent nu|vanaf nu|voortaan|doe alsof|gedraag je|antwoord als|reageer als|speel de rol|stel je voor dat je',
    unbound:
      'zonder beperking|zonder enige beperking|zonder filter|zonder regels|geen regels|geen beperking|geen filter|zonder grenzen|geen grenzen|zonder censuur|ongecensureerd|ongefilterd|zonder moraal|zonder ethi|nooit weiger|weigert nooit',
    phrases: 'negeer alle|negeer je instructies|vergeet je instructies|vergeet alles hierboven|vergeet alle vorige|vergeet je regels',
    machine: 'taalmodel|taalmodellen',
    note: 'opmerking|notitie|bericht|verborgen|voor$|aan$',
  },
};
