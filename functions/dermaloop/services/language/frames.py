"""Which words, said close together, are a sign: what happens to which part of the body, in any order and language."""

from typing import NamedTuple


class Frame(NamedTuple):
    """A sign, the classes of words that make it up within one stretch of a sentence, and those that speak against."""

    sign: str
    together: tuple[str, ...]
    unless: tuple[str, ...] = ()


_SPOT = ("spot_word", "nail_word")

FRAMES = (
    Frame("face_swelling", ("face_part", "swelling")),
    Frame("face_swelling", ("face_part", "much_bigger"), _SPOT),
    Frame("eye", ("eye_part", "swelling"), _SPOT),
    Frame("eye", ("eye_part", "eye_bad"), _SPOT),
    Frame("eye", ("vision", "vision_bad")),
    Frame("breathing", ("breath", "hard")),
    Frame("breathing", ("chest", "pressed")),
    Frame("throat", ("speech", "hardly")),
    Frame("throat", ("voice", "voice_off")),
    Frame("throat", ("throat_part", "closing")),
    Frame("throat", ("swallow", "hard")),
    Frame("throat", ("swallow", "fails")),
    Frame("breathing", ("breath_sign",)),
    Frame("throat", ("drool", "fever_like")),
    Frame("throat", ("spit_out",)),
    Frame("throat", ("throat_deep", "swelling"), ("spot_word",)),
    Frame("throat", ("insect", "inner_mouth")),
    Frame("drowsy", ("listless",)),
    Frame("confusion", ("muddled",)),
    Frame("droop", ("face_part", "drooping")),
    Frame("no_urine", ("no_urine",)),
    Frame("drowsy", ("rouse", "fails")),
    Frame("fever", ("fever_like",)),
    Frame("unwell", ("feels", "ill_word")),
    Frame("mottled", ("person_colour", "pale_cold"), _SPOT),
    Frame("mottled", ("limb", "marbled"), _SPOT),
    Frame("mottled", ("skin", "marbled"), _SPOT),
    Frame("mottled", ("whole", "marbled"), _SPOT),
    Frame("exposure", ("stung",)),
    Frame("systemic", ("whole_ill",)),
    Frame("stiff_neck", ("light", "light_bad")),
    Frame("nonblanch", ("press", "stays", "dots")),
    Frame("nonblanch", ("purple", "dots", "by_hours"), ("knock",)),
    Frame("nonblanch", ("purple", "whole"), ("knock",)),
    Frame("purple", ("purple", "dots"), ("knock",)),
    Frame("peeling_sheets", ("skin", "comes_off", "on_touch"), ("mild_peel",)),
    Frame("mouth_sores", ("mouth_in", "sore_words")),
    Frame("pus", ("pus_word",)),
    Frame("rash", ("red_me",)),
    Frame("punched", ("eczema_word", "dented")),
    Frame("whole_body_red", ("whole", "very_red")),
    Frame("whole_body_red", ("no_clear",)),
    Frame("pustules_all", ("whole", "pus_word")),
    Frame("spreading_fast", ("infected", "spreads", "by_hours"), _SPOT),
    Frame("spreading_fast", ("drawn", "past_line"), _SPOT),
    Frame("streaks", ("line", "red_plain", "upward"), _SPOT),
    Frame("severe_pain", ("pain_word", "extreme")),
    Frame("severe_pain", ("infected", "woody"), _SPOT),
    Frame("bleed_nonstop", ("blood", "nonstop"), ("over_now",)),
    Frame("chemical_burn", ("chemical", "contact"), ("chronic",)),
    Frame("electric_burn", ("current", "shocked")),
    Frame("burn_grave", ("heat", "burn_event", "burn_site"), ("slight",)),
    Frame("burn_grave", ("heat", "burn_event", "small_child")),
    Frame("burn_grave", ("heat", "burn_deep")),
    Frame("black_tissue", ("dead_part", "dead_colour", "turned"), (*_SPOT, "knock", "sun_word")),
    Frame("black_tissue", ("dead_part", "dead_colour", "cold_numb"), _SPOT),
    Frame("black_tissue", ("extremity", "dead_colour", "cold_numb"), _SPOT),
    Frame("black_tissue", ("crackle", "beneath")),
    Frame("blackened", ("blackened",), (*_SPOT, "knock", "sun_word")),
    Frame("foul", ("stench",)),
    Frame("newborn_sick", ("baby", "baby_ill")),
    Frame("self_harm", ("self_hurt",)),
    Frame("changed", ("mark", "altered")),
    Frame("changed_shape", ("mark_or_spot", "edge_off")),
    Frame("changed_colour", ("mark_or_spot", "colour_off")),
    Frame("bleeding", ("mark", "mark_blood")),
    Frame("new", ("unseen_before",)),
    Frame("growing_fast", ("fruit_small", "fruit_big")),
    Frame("acute", ("acute",)),
    Frame("asking", ("asking",)),
    Frame("distress", ("distress",)),
    Frame("child_near", ("small_child",)),
)
