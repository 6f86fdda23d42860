/* The child is forked, not started as a program: the library has no program of its own, and the
 * child needs what the caller has mapped. It hands its answer over in shared memory, and the
 * parent looks now and then whether it lives: a pipe would be held open by other threads' children.
 */
#include "data/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef LIMEN_COVERAGE
#include <gcov.h>
#endif

#include "base/clock.h"
#include "base/sanitizer.h"
#include "base/threads.h"

struct shared {
  atomic_ulong beats;
  _Atomic double busy_s;
  atomic_int finished; /* status and error are complete */
  int status;
  struct limen_error error;
  _Alignas(64) unsigned char reply[];
};

/* In the child only. */
static struct shared *own;

void limen_child_alive(double busy_s) {
  if (!own) return;
  atomic_store(&own->busy_s, busy_s);
  atomic_fetch_add(&own->beats, 1);
}

/* ---- the child ---- */

static void limit_memory(size_t most) {
#ifdef LIMEN_ADDRESS_SANITIZER
  (void)most; /* the sanitizer's shadow is terabytes of address space */
#else
  unsigned long pages = 0;
  FILE *stream = fopen("/proc/self/statm", "r");
  if (!stream) return;
  int got = fscanf(stream, "%lu", &pages);
  fclose(stream);
  if (got != 1 || most == 0) return;
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0) return;
  rlim_t wanted = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + most;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > wanted) limit.rlim_cur = wanted;
  setrlimit(RLIMIT_AS, &limit);
#endif
}

static void prepare(pid_t parent, size_t memory_most) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGINT, SIGTERM};
  const struct rlimit none = {0, 0};
  /* Who is waited for by nobody must not go on, nor hold a lock that the parent held. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
  setrlimit(RLIMIT_CORE, &none);
  limit_memory(memory_most);
  int quiet = open("/dev/null", O_RDWR);
  if (quiet >= 0) dup2(quiet, STDOUT_FILENO), dup2(quiet, STDERR_FILENO);
}

static void be_child(const struct limen_child *child, struct shared *shared, pid_t parent) {
  own = shared;
  prepare(parent, child->memory_most);
  shared->status = child->work(child->context, shared->reply, &shared->error);
  atomic_store(&shared->finished, 1);
#ifdef LIMEN_COVERAGE
  __gcov_dump(); /* which a process that ends like this would not do */
#endif
  _exit(0); /* without flushing what the parent has not printed yet */
}

/* ---- the parent ---- */

/* Seconds of computing that a child has used; 0 when that cannot be told any more. */
static double busy_of(pid_t id) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(id, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* Waits for the end. Returns 0, or the seconds after which the child was ended for its silence. */
static double wait_for(pid_t id, struct shared *shared, double patience_s, int *code) {
  unsigned long beats = 0;
  double last_s = limen_clock_s(), last_busy_s = 0, ended_s = 0;
  long pause_ns = 50 * 1000;
  for (;;) {
    pid_t found = waitpid(id, code, WNOHANG);
    if (found == id || (found < 0 && errno != EINTR)) return ended_s;
    const unsigned long now = atomic_load(&shared->beats);
    const double silent_s = limen_clock_s() - last_s, busy_s = busy_of(id) - last_busy_s;
    const double busy_most_s = atomic_load(&shared->busy_s);
    if (now != beats) {
      beats = now;
      last_s += silent_s;
      last_busy_s += busy_s;
    } else if (ended_s == 0 &&
               (limen_interrupted() || silent_s > patience_s || busy_s > busy_most_s)) {
      kill(id, SIGKILL);
      ended_s = silent_s > patience_s ? patience_s : busy_most_s;
    }
    nanosleep(&(struct timespec){.tv_nsec = pause_ns}, NULL);
    if (pause_ns < 4 * 1000 * 1000) pause_ns *= 2;
  }
}

int limen_child_run(const struct limen_child *child, void *reply, struct limen_error *error) {
  const size_t size = sizeof(struct shared) + child->reply_size;
  int status = LIMEN_OK, code = 0;
  struct shared *shared =
      mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    return LIMEN_FAIL(error, LIMEN_FAILED, "%zu bytes cannot be shared with a child process: %s",
                      size, strerror(errno));
  atomic_store(&shared->busy_s, child->busy_s);
  const pid_t parent = getpid(), id = fork();
  if (id == 0) be_child(child, shared, parent);
  if (id < 0) {
    status =
        LIMEN_FAIL(error, LIMEN_FAILED, "no child process could be started: %s", strerror(errno));
    goto done;
  }
  const double ended_s = wait_for(id, shared, child->patience_s, &code);
  if (limen_interrupted()) {
    status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  } else if (ended_s > 0) {
    status = LIMEN_FAIL(error, child->crash_status, "%s found no end in %g s with it: %s",
                        child->who, ended_s, child->blame);
  } else if (!WIFEXITED(code) || WEXITSTATUS(code) != 0 || !atomic_load(&shared->finished)) {
    status =
        LIMEN_FAIL(error, child->crash_status, "%s crashed on it: %s", child->who, child->blame);
  } else {
    /* The child may have been led astray before it came to an end: neither its text nor its status
     * is trusted. */
    shared->error.text[sizeof shared->error.text - 1] = '\0';
    status = shared->status;
    if (status == LIMEN_OK && child->reply_size > 0)
      memcpy(reply, shared->reply, child->reply_size);
    else if (status != LIMEN_OK)
      status = LIMEN_FAIL(
          error, status >= LIMEN_NO && status <= LIMEN_INTERRUPTED ? status : child->crash_status,
          "%s", shared->error.text);
  }
done:
  munmap(shared, size);
  return status;
}
