import type { InjectionWords } from './word-types.ts';

/** Latin script, the rest of the world. Accents may be written or left out; a `$` ends a word, else any ending fits. */
export const WIDE_WORDS: Readonly<Record<string, InjectionWords>> = {
  pl: {
    override:
      'zignoruj|ignoruj|ignorować|zapomnij|zapomnieć|pomiń$|pomin$|nie przestrzegaj|nie stosuj się|odrzuć|odłóż|zlekceważ|lekceważ|obejdź|nie zważaj|porzuć',
    rules: 'instrukcj|polece|zasad|reguł|wytyczn|rozkaz|prompt$|ogranicze|nakaz|wszystko$|wskazów',
    whose:
      'poprzedni|wcześniejsz|powyższ|swoj|twoj|twoich|systemow|dotychczasow|początkow|pierwotn|powyżej|do tej pory|otrzyman|dostał|uprzedni',
    owned: 'wszystkie instrukcje|wszystkie polecenia|wszystkich instrukcji|wszystkich zasad',
    reveal: 'pokaż|ujawnij|wyświetl|podaj|powtórz|wypisz|zdradź|powiedz|jakie są|jaki jest|skopiuj|przytocz|wydrukuj|opowiedz|wyjaw',
    secret:
      'prompt systemow|promptu systemow|promptem systemow|systemowy prompt|instrukcje systemow|instrukcji systemow|wiadomość systemow|instrukcje początkow',
    ownedSecret:
      'ukryte instrukcje|ukrytych instrukcji|tajne instrukcje|tajnych instrukcji|wewnętrzne instrukcje|swoje instrukcje|swoich instrukcji|twoje instrukcje|swój prompt|ukryte polecenia',
    persona:
      'jesteś teraz|teraz jesteś|od teraz|odtąd|od tej chwili|od tego momentu|udawaj|zachowuj się|odpowiadaj jako|odpowiadaj jak|odpowiadasz|wciel się|wyobraź sobie że jesteś|odgrywaj',
    unbound:
      'bez ogranicze|bez żadnych ogranicze|bez filtr|bez zasad|bez reguł|żadnych zasad|żadnych ogranicze|żadnych reguł|bez cenzury|bez limitów|nieocenzurow|bez moraln|bez etyczn|nigdy nie odmawia|bez żadnych filtr|nie masz żadnych',
    phrases:
      'zignoruj wszystkie|zignoruj poprzednie|zignoruj powyższe|zapomnij o wszystki|zapomnij wszystki|zapomnij o swoich|ignoruj wszystkie',
    machine: 'sztucznej inteligencji|asystent|asystenta|modelu językowego|model językowy',
    note: 'uwaga|notatka|dla$|ukryt|do$',
  },
  cs: {
    override: 'ignoruj|zapomeň|zapomeňte|nedbej|nedbejte|přehlížej|nedodržuj|neřiď se|obejdi|opomeň|pomiň|vykašli se|zahoď',
    rules: 'pokyn|instrukc|pravidl|příkaz|směrnic|nařízen|prompt$|omezen|zásad|všechno$|vše$',
    whose:
      'předchozí|předešl|dosavadní|výše$|výše uveden|svoje$|svá$|své$|svých$|tvoje$|tvé$|tvých$|systémov|původní|dřívější|doteď|dostal|uvedené',
    owned: 'všechny pokyny|všechny instrukce|všechna pravidla',
    reveal: 'ukaž|vypiš|prozraď|odhal|zobraz|zopakuj|řekni|napiš|sděl|jaké jsou|jaký je|vyzraď',
    secret: 'systémový prompt|systémové pokyny|systémové instrukce|systémovou zprávu|počáteční pokyny|systémového promptu',
    ownedSecret: 'skryté pokyny|skryté instrukce|tajné pokyny|tajné instrukce|své pokyny|své instrukce|interní pokyny|skrytých pokynů',
    persona:
      'teď jsi|nyní jsi|od teď|odteď|od nynějška|předstírej|chovej se|odpovídej jako|hraj roli|vžij se|od této chvíle|budeš odpovídat',
    unbound:
      'bez omezení|bez jakýchkoli omezení|bez filtr|bez pravidel|žádná pravidla|žádná omezení|bez cenzury|necenzurovan|bez moráln|bez etick|nikdy neodmít|žádné filtry|bez zábran',
    phrases: 'ignoruj všechny|ignoruj předchozí|zapomeň na všechn|zapomeň všechn|zapomeň na své|ignoruj své|zapomeň na roli|zapomeň že jsi',
    machine: 'umělá inteligence|umělou inteligenci|jazykový model|asistenta',
    note: 'poznámka|pozor$|pro$|skryt',
  },
  sk: {
    override: 'ignoruj|zabudni|zabudnite|nedbaj|nedodržuj|neriaď sa|obíď|vynechaj',
    rules: 'pokyn|inštrukci|pravidl|príkaz|smernic|prompt$|obmedzen|zásad|všetko$',
    whose: 'predchádzajúc|predošl|doterajš|vyššie$|svoje$|svojich$|tvoje$|tvojich$|systémov|pôvodn|uveden',
    owned: 'všetky pokyny|všetky inštrukcie|všetky pravidlá',
    reveal: 'ukáž|vypíš|prezraď|odhaľ|zobraz|zopakuj|povedz|napíš',
    secret: 'systémový prompt|systémové pokyny|systémové inštrukcie|systémovú správu',
    ownedSecret: 'skryté pokyny|skryté inštrukcie|tajné pokyny|svoje pokyny|svoje inštrukcie',
    persona: 'teraz si|odteraz|od tejto chvíle|predstieraj|správaj sa|odpovedaj ako',
    unbound: 'bez obmedzen|bez filtr|bez pravidiel|žiadne pravidlá|žiadne obmedzenia|bez cenzúry|necenzurovan|bez morálk|nikdy neodmiet',
  },
  ro: {
    override:
      'ignoră|ignorați|ignora$|uită$|uitați|nu respecta|nu mai respecta|nu urma|nu mai urma|nesocotește|omite$|renunță la|lasă deoparte',
    rules: 'instrucțiun|instructiun|reguli|regul|indicați|ordine$|ordinele|prompt$|restricți|directiv|comenzi|tot ce$|tot ceea',
    whose:
      'anterioare|precedente|de mai sus|tale$|dumneavoastră|de sistem|sistemului|inițial|originale|de până acum|primit|până acum|dinainte',
    owned: 'toate instrucțiunile|toate regulile|toate indicațiile',
    reveal: 'arată|afișează|dezvăluie|spune|repetă|scrie|care este|care sunt|copiază|divulgă|listează',
    secret: 'promptul de sistem|prompt de sistem|promptul sistemului|instrucțiunile de sistem|mesajul de sistem|instrucțiunile inițiale',
    ownedSecret: 'instrucțiunile ascunse|instrucțiunile secrete|instrucțiunile interne|instrucțiunile tale|instrucțiuni ascunse',
    persona:
      'acum ești|ești acum|de acum|de acum înainte|prefă te|prefa te|comportă te|răspunde ca|joacă rolul|acționează ca|imaginează ți că ești',
    unbound:
      'fără restricți|fără nicio restricți|fără filtr|fără reguli|nicio regulă|nicio restricți|fără limite|fără cenzură|necenzurat|fără moral|fără etic|nu refuzi niciodată|niciun filtru',
    phrases: 'ignoră toate|uită toate|uită tot ce|ignoră instrucțiunile',
  },
  hu: {
    override:
      'hagyd figyelmen kívül|hagyja figyelmen kívül|figyelmen kívül|felejtsd el|felejtse el|ne vedd figyelembe|ne kövesd|ne törődj|mellőzd|tedd félre|ne tartsd be|szegd meg',
    rules: 'utasítás|szabály|irányelv|parancs|prompt$|korlátozás|előírás|mindent$|instrukció|útmutatás',
    whose: 'előző|korábbi|fenti|eddigi|rendszer|eredeti|kapott|az összes|összes$|minden$|kaptál',
    owned: 'utasításaid|szabályaid|korlátaid|irányelveid|utasításodat|szabályzatod',
    reveal: 'mutasd|írd ki|írd le|áruld el|ismételd|mondd|fedd fel|add ki|közöld|másold|mi a$|mik a$',
    secret: 'rendszerprompt|rendszerüzenet|rendszerutasítás|system prompt',
    ownedSecret:
      'rejtett utasítás|titkos utasítás|belső utasítás|rendszerpromptod|rendszerüzeneted|a rendszerprompt|utasításaidat|rejtett szabály',
    persona: 'mostantól|mostantól te|ezentúl|innentől|te most egy|tegyél úgy|tégy úgy|viselkedj|válaszolj úgy|játszd el|képzeld magad',
    unbound:
      'korlátozás nélkül|korlátok nélkül|szűrő nélkül|szűrők nélkül|szabályok nélkül|nincsenek szabály|nincs szabály|nincsenek korlát|cenzúra nélkül|cenzúrázatlan|erkölcs nélkül|soha nem utasít|semmilyen szabály|semmilyen korlát',
  },
  fi: {
    override:
      'unohda|unohtakaa|jätä huomiotta|jätä huomioimatta|sivuuta|älä noudata|älä välitä|ohita$|ohittakaa|hylkää|lakkaa noudattamasta',
    rules: 'ohjeet|ohjeita|ohjeista|ohje$|säännöt|sääntöjä|säännöistä|määräyk|käsky|kehotte|rajoituk|prompt$|kaikki$',
    whose:
      'aiemmat|aiempia|aiemmista|edelliset|edellisiä|edelliset$|yllä$|yläpuolella|aikaisemmat|järjestelmä|alkuperäiset|alkuperäisiä|kaikki$|tähänastiset|saamasi|entiset|edeltävät',
    owned: 'ohjeesi|sääntösi|rajoituksesi|ohjeistasi|ohjeistuksesi|käskysi|ohjeitasi',
    reveal: 'näytä|paljasta|kerro|toista$|tulosta|listaa|mikä on|mitkä ovat|kopioi|kirjoita',
    secret: 'järjestelmäkehote|järjestelmäkehotteen|järjestelmäviesti|järjestelmäohje|järjestelmäohjeet|systeemiprompt',
    ownedSecret: 'piilotetut ohje|salaiset ohje|sisäiset ohje|järjestelmäkehotteesi|järjestelmäohjeesi|ohjeesi sanasta|piilo ohje|ohjeesi$',
    persona: 'olet nyt|tästä lähtien|tästä eteenpäin|esitä että|esitä olevasi|teeskentele|käyttäydy|vastaa kuin|näyttele|kuvittele olevasi',
    unbound:
      'ilman rajoituk|ilman mitään rajoituk|ilman suodat|ilman sääntö|ei sääntöjä|ei rajoituk|ilman sensuuri|sensuroimat|ilman moraali|ilman etiik|ei koskaan kieltäydy|rajoittamat|ei suodattimia',
  },
  sv: {
    override: 'ignorera|glöm$|glömma$|strunta i|bortse från|bryt mot|följ inte|åsidosätt|hoppa över|lyd inte|släng$|kasta bort',
    rules:
      'instruktion|regler$|regel$|reglerna$|riktlinj|anvisning|order$|prompt$|begränsning|direktiv|föreskrift|allt$|säkerhetsregl|säkerhetsregler',
    whose: 'tidigare|föregående|ovanstående|dina$|din$|ovan$|ursprunglig|system|hittills|alla$|förra|ovanför|du fått|innan$',
    owned: 'alla instruktioner|dina instruktioner|dina regler',
    reveal: 'visa|avslöja|berätta|skriv|upprepa|ange$|återge|lista$|vad är|vilka är|kopiera|läs upp|röj',
    secret: 'systemprompt|system prompt|systemmeddelande|systeminstruktion|startprompt|ursprungliga instruktion',
    ownedSecret: 'dolda instruktion|hemliga instruktion|interna instruktion|dina instruktioner|texten ovan|systemprompten',
    persona: 'du är nu|nu är du|från och med nu|hädanefter|låtsas|bete dig|svara som|agera som|spela rollen|från nu|föreställ dig att du',
    unbound:
      'utan begränsning|utan några begränsning|utan filter|utan regler|inga regler|inga begränsning|inga filter|utan censur|ocensurera|ofiltrera|utan moral|utan etik|vägrar aldrig|inga gränser|utan gränser',
    phrases: 'glöm att du är|glöm din roll',
    machine: 'språkmodell|ai assistent',
    note: 'obs$|till$|dold|notis',
  },
  da: {
    override: 'ignorer|glem$|glemme$|se bort fra|overtræd|følg ikke|tilsidesæt|spring over|drop$|smid',
    rules:
      'instruktion|instruks|regler$|regel$|reglerne$|retningslinj|anvisning|ordrer$|prompt$|begrænsning|direktiv|alt$|sikkerhedsregler',
    whose: 'tidligere|forrige|foregående|ovenstående|dine$|din$|ovenfor$|oprindelig|system|hidtil|alle$|du har fået|forudgående',
    owned: 'alle instruktioner|dine instruktioner|dine regler',
    reveal: 'vis$|vise$|afslør|fortæl|skriv|gentag|angiv|udskriv|hvad er|hvilke|kopier|oplys',
    secret: 'systemprompt|system prompt|systembesked|systeminstruktion|systemmeddelelse|oprindelige instruktion',
    ownedSecret: 'skjulte instruktion|hemmelige instruktion|interne instruktion|dine instruktioner|teksten ovenfor|systemprompten',
    persona: 'du er nu|nu er du|fra nu af|herefter|lad som om|opfør dig|svar som|ager som|spil rollen|forestil dig at du',
    unbound:
      'uden begrænsning|uden nogen begrænsning|uden filtre|uden filter|uden regler|ingen regler|ingen begrænsning|ingen filtre|uden censur|ucensurer|ufiltrer|uden moral|uden etik|afviser aldrig|ingen grænser|uden grænser',
    machine: 'sprogmodel',
  },
  no: {
    override: 'ignorer|glem$|glemme$|se bort fra|se bort ifra|ikke følg|sett til side|hopp over|bryt$|overse$|dropp$',
    rules:
      'instruksjon|instruks|regler$|regel$|reglene$|retningslinj|anvisning|ordre|prompt$|begrensning|direktiv|alt$|sikkerhetsregler|sikkerhetsreglene',
    whose: 'tidligere|forrige|foregående|ovenstående|dine$|din$|ovenfor$|opprinnelig|system|hittil|alle$|du har fått|over$',
    owned: 'alle instruksjoner|dine instruksjoner|instruksjonene dine|reglene dine|alle instruksjonene',
    reveal: 'vis$|vise$|avslør|fortell|skriv|gjenta|oppgi|hva er|hvilke|kopier|røp',
    secret: 'systemprompt|system prompt|systemmelding|systeminstruksjon|systemledeteksten|opprinnelige instruksjon',
    ownedSecret:
      'skjulte instruksjon|hemmelige instruksjon|interne instruksjon|systemprompten|teksten ovenfor|instruksjonene dine|skjulte instruks',
    persona: 'du er nå|nå er du|fra nå av|heretter|lat som|oppfør deg|svar som|opptre som|spill rollen|tenk deg at du er',
    unbound:
      'uten begrensning|uten noen begrensning|uten filter|uten filtre|uten regler|ingen regler|ingen begrensning|ingen filtre|uten sensur|usensurer|ufiltrer|uten moral|uten etikk|nekter aldri|ingen grenser|uten grenser',
    machine: 'språkmodell',
  },
  tr: {
    override:
      'yok say|görmezden gel|unut$|unutun$|dikkate alma|uyma$|boş ver|göz ardı et|gözardı et|bir kenara bırak|takip etme|umursama|çiğne$|aldırma|unutup',
    rules: 'talimat|kural|yönerge|komut|istem$|istemi|prompt$|kısıtlama|direktif|emir|emirleri|her şeyi|rehber',
    whose: 'önceki|yukarıdaki|daha önceki|sistem|bütün|tüm$|başlangıç|ilk$|verilen|sana$|bundan önce|şimdiye kadar|kendi$',
    owned: 'talimatlarını|talimatlarin|kurallarını|kurallarin|yönergelerini|kısıtlamalarını|komutlarını',
    reveal: 'göster|açıkla|yaz$|yazdır|tekrarla|tekrar et|söyle|paylaş|ifşa|listele|nedir|nelerdir|ver$|kopyala|aktar',
    secret: 'sistem istemi|sistem promptu|sistem mesaj|sistem talimat|system prompt|sistem komut',
    ownedSecret:
      'gizli talimat|gizli yönerge|sistem istemini|sistem promptunu|sistem mesajını|sistem talimatlarını|iç talimat|saklı talimat|talimatlarını kelimesi',
    persona:
      'artık sen|sen artık|bundan sonra|bundan böyle|şu andan itibaren|gibi davran|rolünü üstlen|rolüne gir|rol yap|mış gibi yap|gibi cevap ver|gibi yanıt ver',
    unbound:
      'kısıtlama olmadan|kısıtlaması olmayan|sınırsız|filtresiz|filtre olmadan|kuralsız|kural tanımay|kural yok|hiçbir kural|hiçbir kısıtlama|hiçbir sınır|sansürsüz|ahlaki sınır|etik sınır|asla reddetme|hiçbir filtre',
    machine: 'yapay zeka|yapay zekâ|asistan',
    note: 'not$|dikkat$|gizli$|için$',
  },
  id: {
    override: 'abaikan|lupakan|jangan ikuti|jangan patuhi|kesampingkan|hiraukan|langgar$|buang semua|acuhkan|singkirkan|jangan pedulikan',
    rules: 'instruksi|perintah|aturan|pedoman|arahan|prompt$|batasan|panduan|peraturan|semua yang|petunjuk|segala$',
    whose: 'sebelumnya|di atas|sebelum ini|sistem|awal$|asli$|terdahulu|anda$|kamu$|mu$|semua$|tadi$|yang diberikan|terdahulu',
    owned: 'instruksimu|aturanmu|perintahmu|pedomanmu|arahanmu|semua instruksi|semua arahan',
    reveal:
      'tampilkan|tunjukkan|ungkapkan|beritahu|beri tahu|ulangi|cetak|tuliskan|sebutkan|apa isi|apa saja|bocorkan|salin|paparkan|dedahkan|bongkar',
    secret: 'prompt sistem|pesan sistem|instruksi sistem|instruksi awal|system prompt|arahan sistem|perintah sistem',
    ownedSecret:
      'instruksi tersembunyi|instruksi rahasia|instruksi internal|instruksimu|prompt sistemmu|arahan tersembunyi|arahan rahsia|perintah tersembunyi|teks di atas',
    persona:
      'kamu sekarang|anda sekarang|sekarang kamu|sekarang anda|mulai sekarang|mulai saat ini|berpura pura|pura pura|bertindak sebagai|berperan sebagai|jawab sebagai|berlagak|bayangkan kamu|awak sekarang|berpuralah',
    unbound:
      'tanpa batas|tanpa filter|tanpa aturan|tanpa sensor|tidak ada aturan|tidak ada batas|tak ada aturan|tidak terikat|tanpa etika|tanpa moral|tidak pernah menolak|tanpa sekatan|tanpa peraturan|tanpa tapisan|tiada peraturan',
    phrases: 'abaikan semua|lupakan semua|abaikan instruksi|abaikan arahan|lupakan instruksi',
    machine: 'asisten|model bahasa|kecerdasan buatan',
    note: 'catatan|perhatian|untuk$|tersembunyi|kepada$',
  },
  vi: {
    override:
      'bỏ qua|hãy quên|quên hết|quên mọi|quên tất cả|quên đi|phớt lờ|lờ đi|không tuân|đừng tuân|gạt bỏ|đừng làm theo|bỏ mặc|quên các|quên những|quên chỉ dẫn',
    rules: 'hướng dẫn|chỉ dẫn|quy tắc|mệnh lệnh|chỉ thị|lệnh$|prompt$|giới hạn|quy định|ràng buộc|yêu cầu',
    whose: 'trước đó|trước đây|ở trên|bên trên|phía trên|của bạn|hệ thống|ban đầu|của mày|đã nhận|được giao|trước$|từ trước',
    owned: 'mọi hướng dẫn|tất cả hướng dẫn|tất cả các hướng dẫn|mọi chỉ dẫn|mọi quy tắc',
    reveal: 'tiết lộ|hiển thị|cho tôi|cho tao|cho mình|nói cho|lặp lại|in ra|viết ra|liệt kê|là gì|chép|đưa ra',
    secret:
      'lời nhắc hệ thống|prompt hệ thống|thông báo hệ thống|hướng dẫn hệ thống|chỉ dẫn hệ thống|system prompt|lệnh hệ thống|câu lệnh hệ thống',
    ownedSecret:
      'hướng dẫn ẩn|chỉ dẫn ẩn|hướng dẫn bí mật|chỉ dẫn bí mật|hướng dẫn nội bộ|hướng dẫn của bạn|chỉ thị ẩn|đoạn văn bản phía trên',
    persona:
      'bây giờ bạn là|giờ bạn là|từ bây giờ|kể từ bây giờ|từ giờ|từ nay|giả vờ|đóng vai|hãy đóng|hãy trả lời như|hành động như|cư xử như',
    unbound:
      'không giới hạn|không bị giới hạn|không có giới hạn|không bộ lọc|không có bộ lọc|không quy tắc|không có quy tắc|không kiểm duyệt|không bị kiểm duyệt|không bị ràng buộc|không có ràng buộc|vô đạo đức|không bao giờ từ chối|không cần đạo đức',
    machine: 'trợ lý ai|trợ lý|mô hình ngôn ngữ|trí tuệ nhân tạo',
    note: 'ghi chú|lưu ý|gửi$|dành cho|chú ý',
  },
  sw: {
    override: 'puuza|sahau$|usifuate|usizingatie|achana na|pitia mbali|dharau',
    rules: 'maagizo|maelekezo|sheria|kanuni|amri$|miongozo|vikwazo|prompt$|kila kitu',
    whose:
      'yaliyotangulia|ya awali|za awali|yote|zote|zilizotangulia|zako|yako|hapo juu|ya mfumo|za mfumo|uliyopewa|ya hapo|za hapo|ya kwanza',
    reveal: 'onyesha|nionyeshe|fichua|niambie|sema|rudia|andika|toa$|orodhesha|nipe',
    secret: 'maagizo ya mfumo|ujumbe wa mfumo|maelekezo ya mfumo|system prompt|prompt ya mfumo',
    ownedSecret: 'maagizo yaliyofichwa|maagizo ya siri|maagizo yako|maelekezo yako|maelekezo ya siri|maandishi ya hapo juu',
    persona: 'sasa wewe ni|wewe sasa|kuanzia sasa|tangu sasa|jifanye|igiza|jibu kama|tenda kama',
    unbound:
      'bila vikwazo|bila kichujio|bila vichujio|bila sheria|bila kanuni|bila mipaka|huna sheria|hauna sheria|bila maadili|usikatae kamwe|huna vikwazo|hauna vikwazo|bila udhibiti',
  },
  hr: {
    override: 'zanemari|ignoriraj|zaboravi|ne slijedi|ne poštuj|nemoj slijediti|nemoj se držati|ne prati|preskoči|odbaci|zaobiđi',
    rules: 'uput|instrukcij|pravil|naredb|smjernic|prompt$|ograničenj|zapovijed|sve što|sve$|uputstv',
    whose: 'prethodn|gornj|ranij|svoje$|svoja$|svojih|tvoje$|tvoja$|sustav|sistemsk|dosadašnj|početn|gore$|prije$|izvorn',
    owned: 'sve upute|sve instrukcije|sva pravila|sva uputstva',
    reveal: 'pokaži|otkrij|prikaži|ponovi|ispiši|reci|navedi|koje su|koji je|kopiraj|napiši|odaj',
    secret:
      'sistemski prompt|sustavski prompt|sistemske upute|sistemsku poruku|sustavne upute|početne upute|sistemska uputstva|sistemske instrukcije',
    ownedSecret: 'skrivene upute|tajne upute|svoje upute|interne upute|tvoje upute|skrivena uputstva|skrivene instrukcije|tekst iznad',
    persona: 'sada si|od sada|odsad|od ovog trena|pretvaraj se|ponašaj se|odgovaraj kao|glumi|glumiš|zamisli da si',
    unbound:
      'bez ograničenj|bez ikakvih ograničenj|bez filter|bez pravila|nikakva pravila|nema pravila|nemaš pravila|bez cenzure|necenzuriran|bez morala|bez etik|nikad ne odbij|nikada ne odbij|bez granica',
  },
  tl: {
    override: 'balewalain|huwag pansinin|kalimutan|kalimutan mo|huwag sundin|isantabi',
    rules: 'tagubilin|utos|patakaran|panuto|alituntunin|instruksyon|prompt$|lahat$',
    whose: 'nakaraang|naunang|nauna|sa itaas|mo$|iyong|ng sistema|lahat ng|dati|naunang',
    reveal: 'ipakita|ibunyag|sabihin|ulitin|isulat|ano ang|ilista|ilabas',
    secret: 'system prompt|tagubilin ng sistema|mensahe ng sistema',
    ownedSecret: 'nakatagong tagubilin|lihim na tagubilin|iyong tagubilin|nakatagong utos|tagubilin mo',
    persona: 'ikaw na ngayon|ngayon ikaw|mula ngayon|simula ngayon|magpanggap|umakto',
    unbound:
      'walang limitasyon|walang filter|walang patakaran|walang paghihigpit|walang hangganan|walang sensor|walang alituntunin|huwag tumanggi',
  },
  et: {
    override: 'ignoreeri|unusta|eira|ära järgi',
    rules: 'juhis|reegl|käsk|korraldus|suunis|piirang',
    whose: 'oma$|eelnev|varasem|süsteem|ülal|kõik$',
    reveal: 'näita|avalda|trüki|ütle|korda|kirjuta',
    secret: 'süsteemi juhised|süsteemi viip|süsteemisõnum',
    ownedSecret: 'peidetud tekst|peidetud juhis|salajas|oma juhised',
    persona: 'sa oled nüüd|nüüd oled sa|nüüdsest|teeskle|käitu nagu',
    unbound: 'piiranguteta|ilma piirangu|reegliteta|ilma reegl|tsensuurita|filtriteta',
  },
};
