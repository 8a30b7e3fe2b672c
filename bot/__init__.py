"""The core of Citybot; the map of the house, one line a room.

message        the words that cross borders: events in, replies out; imports nothing of ours
text           cleans a text at the door
render         fit(): a reply as a channel can show it; cutting cuts its text
channel        what a channel is, and the errors of sending
dialog         what we can talk about, as values: Command, Form, Slot, Turn
understanding  what a person meant: language, picked choice, number, date, yes or no
engine         take_turn(): the built-in brain; sends nothing, commits nothing
conversation   where a talk stands: load, save, forget
inbox          accept: once, in order, durable before the platform hears 'ok'
turns          takes the turns of a batch, and knows what follows when one raises
batch          a batch of turns as the database sees it; its statements in batch_rows
rows           many rows in one statement whose text stays the same
outbox         add, claim
at_once        add what is claimed already: this process sends it
landing        settle: what became of claimed rows
mailbox        the outbox of channels whose people come and fetch
delivery       outbox to channel, with patience; bulk does so for many
mass           one message to a list of people, where a platform takes such
single         a reply as one text, for what goes only so
aloft          what is on its way, and lands
lull           waits until nobody else comes just now
ration         how much an address may get, where the platform drops the rest in silence
tokens         access tokens of platforms, one renewer over all processes
flood          how much one address may say at once
agreed         the moment by the database's clock, the same for every process
wakeups        tells waiting parts that something is there, across processes
processes      what a process does: web, worker, delivery, clock
running        the parts of those roles at work, until they drain
sole           one process at a time does it, and another takes over
figures        what waits, as the database says it, for the metrics
clock          APScheduler as a clock over due rows
database       engine, transactions, migrations
replica        a copy of the database, for pages that may be a moment old
schema         the tables: made at once, or brought up by migrations
models         every table
services       what dialogs and staff may do: people, events, registrations, questions, articles
web            what all web pages share: headers, bodies, origins, assets
pages          public pages: events, personal answers, one's registration, the door
api            what the team does, for programs: tokens, scopes, JSON
catalogue      reads the translators' files
i18n           the person's language: texts, dates, numbers, plurals
config         settings, read once
logs           structured logs without secrets
brain          the dialogs, what they may use, and the articles in force, put together
answering      one question, one answer, without a talk
editing        articles as staff pages work with them: drafted, checked, tried, published
ticks          what the house looks after by itself, and how often
app            composes everything; nothing imports it
cli            commands, one file a family
"""
