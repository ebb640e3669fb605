"""What each command does, as a short list of steps. Heavy imports wait until a command needs them."""

from model_export.commands.making import calibrate, export, prepare, train
from model_export.commands.measuring import compare, evaluate, fuse, gate, likeness, reproduce, steady
from model_export.commands.releasing import bundle, download, publish
from model_export.commands.walking import run

COMMANDS = {
    command.__name__: command
    for command in (
        download,
        prepare,
        train,
        export,
        calibrate,
        compare,
        steady,
        evaluate,
        gate,
        bundle,
        publish,
        run,
        reproduce,
        fuse,
        likeness,
    )
}

__all__ = ["COMMANDS", "export", "prepare", "run", "train"]
