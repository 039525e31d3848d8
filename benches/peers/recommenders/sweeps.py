"""Times of sweeps and of lists, at the shape of MovieLens 20M."""

from comparison import goal, goals, sides


def table(program, python):
    """The goals of benches/peers/compare at the shape of MovieLens 20M."""
    wanted = goals.sweep_goals()
    running = sides.start(program, python)
    used = {"plays-20m": {"two": None, "python": None}}
    sides.hand_over(running, used)
    sides.check_matrices(running, used)
    for one in wanted:
        one.run(running)
    for side in running.values():
        side.end()
    return goal.table(wanted, [])
