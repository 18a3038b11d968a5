"""What a guesser tries first: words, rows of keys, alphabets; it judges no password.

Chosen by hand from what stands at the top of the public lists of most used passwords year after
year, together with the longer texts of twelve and more characters that they have in common.
"""

_TEXT = """
abcdef access account admin administrator adobe alexander alpha amanda america andrea andrew angel
angels anthony apple april arsenal asdf ashley august austin autumn awesome babygirl bailey banana
barcelona baseball basketball batman beautiful believe berlin biteme blink182 blue bonjour boomer
brandon buster butterfly calvin canada carlos changeme charlie cheese chelsea chicken chocolate
chris christian company computer confirm connect contrasena cookie cookies
correcthorsebatterystaple corvette cowboys daniel david december default demo diamond dolphin
dragon elephant england enter february ferrari flower flowers football forever freedom friday
friend friends fuckyou gateway george ginger god google guest guitar hallo hannah happy harley
harrypotter heaven hello hello123 hockey hunter iloveyou iloveyouso internet jackson january
jasmine jennifer jessica jesus jesuschrist john jonathan jordan joseph joshua july june justin
killer kitty lauren letmein letmeinplease liverpool login london love lovely loveme lover lovers
loveyou maggie manchester march marina marlboro martin master matrix matthew maverick may melissa
mercedes merlin metallica michael michelle mickey midnight minecraft monday money monkey monster
motdepasse mother mustang naruto nathan neverland newyork nicole nothing november october office
oliver orange pakistan pass passw0rd password passwort patrick peanut pepper phoenix picture
pikachu please pokemon pokemon123 princess private purple qwerty rainbow ranger red robert root
samantha samsung saturday scooter secret security senha september service shadow silver simple
single slipknot snoopy snowball soccer solo spider spiderman spring starwars steven strong student
summer sunday sunflower sunshine super superman superstar support sweet sweetie target taylor temp
temporary tequiero test testing thebest thomas thunder thursday tiger tigger tinkerbell trinity
trustno1 tuesday twitter unknown user username victoria video wednesday welcome whatever william
windows winner winter wizard wonderful work yamaha yankees yellow youtube zaq1xsw2 zaqwsx zxcvbnm
"""
COMMON_WORDS = frozenset(_TEXT.split())

PRODUCT_WORDS = frozenset({"loomlite", "loom-lite", "loom", "lite"})

# Walks over a keyboard (QWERTY, QWERTZ, AZERTY) and alphabets, each also backwards.
WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl;'",
    "qsdfghjklm",
    "zxcvbnm,./",
    "yxcvbnm,.-",
    "wxcvbn",
    "!@#$%^&*()",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "147258369",
    "159753",
    "741852963",
)
