"""The bridge to Rasa: a Rasa server leads the talk, and our dialogs answer as its actions.

names    what our dialogs are called there
talk     who is talking, and where the talk stands
call     one action that is asked for, and what it leaves behind
actions  what each action does, through the dialogs themselves
bridge   the actions as rasa-sdk runs them
server   the routes a Rasa server calls
export   the files a Rasa server is trained with

Only `actions`, `bridge` and `server` import rasa_sdk; nothing imports them without a token.
"""
