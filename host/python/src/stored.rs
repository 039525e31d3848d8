//! Folders of models, the same as those of the command.
