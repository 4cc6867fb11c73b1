"""Kinds of faults. Each begins, lasts, and is healed when its `with` block ends; `place` is what it happens to: two at
a time never happen to the same."""
import contextlib, signal
from watch import sql
from world import FAKE_CLOCK

CLOCK_ERROR_MAX = 3_600  # Seconds.


@contextlib.contextmanager
def killed(world, node):
    node.process.kill()
    node.process.wait()
    yield
    node.start()


@contextlib.contextmanager
def told_to_stop(world, node):
    node.tell(signal.SIGTERM)
    yield
    node.wait_for_end()
    node.start()


@contextlib.contextmanager
def paused(world, node):
    node.tell(signal.SIGSTOP)
    yield
    node.tell(signal.SIGCONT)


@contextlib.contextmanager
def clock_jumped(world, node, seconds):
    """There and back again, while the node runs."""
    node.set_clock(seconds)
    yield
    node.set_clock(0)


@contextlib.contextmanager
def broken(link, how):
    getattr(link, how)()
    yield
    link.heal()


@contextlib.contextmanager
def server_stopped(server, how):
    server.control(how)
    yield
    server.control("restart")


@contextlib.contextmanager
def sessions_ended(world):
    sql(world.database.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aepro'")
    yield


@contextlib.contextmanager
def failed_over(world):
    """Commits of the time before are forgotten."""
    world.standby_link.stall()
    yield
    world.fail_over()
    world.start_standby()


def kinds(world, draw):
    """Returns the kinds that are possible now: name, place, longest time in seconds, function that makes the fault."""
    node = draw.choice(world.nodes)
    found = [("node-killed", node.name, 3, lambda: killed(world, node)),
             ("node-told-to-stop", node.name, 1, lambda: told_to_stop(world, node)),
             ("node-paused", node.name, 9, lambda: paused(world, node))]
    for server, link in (("broker", node.kafka_link), ("database", node.store_link)):
        for how, longest in (("cut", 5), ("stall", 8)):
            found.append((f"{server}-link-{how}", f"{node.name} {server}", longest,
                          lambda link=link, how=how: broken(link, how)))
    found += [("broker-crashed", "broker", 2, lambda: server_stopped(world.kafka, "crash")),
              ("database-crashed", "database", 2, lambda: server_stopped(world.database, "crash")),
              ("database-shut-down", "database", 2, lambda: server_stopped(world.database, "shutdown")),
              ("sessions-ended", "database", 0, lambda: sessions_ended(world)),
              ("fail-over", "database", 1, lambda: failed_over(world))]
    if FAKE_CLOCK:
        victim = next(one for one in world.nodes if one.clock)
        seconds = draw.choice((-1, 1)) * draw.randint(1, CLOCK_ERROR_MAX)
        found.append(("clock-jumped", f"{victim.name} clock", 5, lambda: clock_jumped(world, victim, seconds)))
    return found
