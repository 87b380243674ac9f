"""A contestant of the benchmark in Python: concurrent, multiprocessing or dask. Understands the lines of ContestantMain."""

import os
import sys
import time
import urllib.request

LAST = None


def add_one(x):
    return x + 1


class Part:
    """A list that Dask does not look into, which would take it twenty times as long."""

    def __init__(self, xs):
        self.xs = xs


def add_one_to_each(part):
    return Part([x + 1 for x in part.xs])


def keep(data):
    global LAST
    LAST = data
    return os.getpid()


def pid(_=None):
    time.sleep(0.005)  # so that each worker gets one
    return os.getpid()


def pids(run, workers):
    """Of all workers, who are there as soon as each has answered."""
    found = set()
    while len(found) < workers:
        found.update(run(pid, range(workers)))
    return sorted(found)


def work(kind_and_amount):
    kind, amount = kind_and_amount
    if kind == "sleep":
        time.sleep(amount / 1e3)
    elif kind == "spin":
        end = time.thread_time() + amount / 1e3
        while time.thread_time() < end:
            pass
    elif kind == "download":
        with urllib.request.urlopen("http://127.0.0.1:%d/" % amount) as body:
            assert len(body.read()) == 4096
    return amount


NOTHING = ("nothing", 0)


class Workers:
    """What not everybody does."""

    def all(self):
        raise NotImplementedError

    def export(self, data):
        raise NotImplementedError

    def use(self, data):
        self.export(data)
        self.all()


class Concurrent(Workers):
    def open(self, workers):
        from concurrent.futures import ProcessPoolExecutor

        self.workers = workers
        self.pool = ProcessPoolExecutor(workers)

    def pids(self):
        return pids(self.pool.map, self.workers)

    def map(self, xs):
        return list(self.pool.map(add_one, xs, chunksize=max(1, len(xs) // (4 * self.workers))))

    def works(self, works):
        for future in [self.pool.submit(work, w) for w in works]:
            future.result()

    def work(self, w):
        self.pool.submit(work, w).result()

    def close(self):
        self.pool.shutdown()


class Multiprocessing(Workers):
    def open(self, workers):
        import multiprocessing

        self.workers = workers
        self.pool = multiprocessing.Pool(workers)

    def pids(self):
        return pids(lambda f, xs: self.pool.map(f, xs, chunksize=1), self.workers)

    def map(self, xs):
        return self.pool.map(add_one, xs)

    def works(self, works):
        for result in [self.pool.apply_async(work, (w,)) for w in works]:
            result.get()

    def work(self, w):
        self.pool.apply(work, (w,))

    def close(self):
        self.pool.terminate()
        self.pool.join()


class Dask(Workers):
    def open(self, workers):
        from distributed import Client, LocalCluster

        self.workers = workers
        self.cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        self.client = Client(self.cluster)

    def pids(self):
        return list(self.client.run(os.getpid).values())

    def map(self, xs):
        size = max(1, len(xs) // (4 * self.workers))
        parts = [Part(xs[i : i + size]) for i in range(0, len(xs), size)]
        results = self.client.gather(self.client.map(add_one_to_each, parts, pure=False))
        return [x for part in results for x in part.xs]

    def works(self, works):
        self.client.gather(self.client.map(work, works, pure=False))

    def work(self, w):
        self.client.submit(work, w, pure=False).result()

    def all(self):
        self.client.run(add_one, 0)

    def export(self, data):
        self.client.run(keep, data)

    def close(self):
        self.client.close()
        self.cluster.close()


def nanos(task):
    begin = time.perf_counter_ns()
    task()
    return time.perf_counter_ns() - begin


def obey(contestant, words):
    what = words[0]
    n = int(words[1]) if len(words) > 1 else 0
    if what == "hello":
        return []
    if what == "init":
        raise NotImplementedError
    if what == "open":
        begin = time.perf_counter_ns()
        contestant.open(n)
        contestant.work(NOTHING)
        first = time.perf_counter_ns() - begin
        contestant.pids()
        return [first, time.perf_counter_ns() - begin]
    if what == "pids":
        return contestant.pids()
    if what == "map":
        xs = list(range(n))
        begin = time.perf_counter_ns()
        for _ in range(int(words[2])):
            results = contestant.map(xs)
            assert len(results) == n and results[-1] == n
        return [time.perf_counter_ns() - begin]
    if what == "singles":
        return [nanos(lambda: contestant.works([NOTHING] * n))]
    if what == "single":
        return [nanos(lambda: contestant.work(NOTHING)) for _ in range(n)]
    if what == "all":
        return [nanos(contestant.all) for _ in range(n)]
    if what in ("export", "use"):
        data = os.urandom(n)
        return [nanos(lambda: contestant.export(data) if what == "export" else contestant.use(data))]
    if what == "close":
        return [nanos(contestant.close)]
    amount = int(words[2])
    works = [(what, amount * 2 * i // n if words[3] == "skewed" else amount) for i in range(n)]
    return [nanos(lambda: contestant.works(works))]


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    contestant = {"concurrent": Concurrent, "multiprocessing": Multiprocessing, "dask": Dask}[sys.argv[1]]()
    for line in iter(sys.stdin.readline, ""):
        try:
            answers.write(" ".join(str(x) for x in obey(contestant, line.split())) + "\n")
        except NotImplementedError:
            answers.write("none\n")
        except Exception as e:
            answers.write("error " + repr(e).replace("\n", " ") + "\n")


if __name__ == "__main__":
    main()
