/*
 * Loaded into a server with LD_PRELOAD, this makes fsync and fdatasync fail with EIO for one file, from
 * the moment that a trigger file exists: what a dying disk does, under everything that the server is
 * made of. FAIL_FSYNC_OF is how the file's path ends, FAIL_FSYNC_WHEN is the trigger's path, and with
 * FAIL_FSYNC_ONCE set the disk is well again after one failure, which is the more treacherous kind.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static int must_fail(int descriptor) {
  const char *file = getenv("FAIL_FSYNC_OF"), *trigger = getenv("FAIL_FSYNC_WHEN");
  char link[64], path[PATH_MAX];
  if (file == NULL || trigger == NULL || access(trigger, F_OK) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  if (!ends_with(path, file)) return 0;
  if (getenv("FAIL_FSYNC_ONCE") != NULL) unlink(trigger);
  return 1;
}

static int sync_or_fail(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (must_fail(descriptor)) {
    errno = EIO;
    return -1;
  }
  return real(descriptor);
}

int fsync(int descriptor) { return sync_or_fail("fsync", descriptor); }

int fdatasync(int descriptor) { return sync_or_fail("fdatasync", descriptor); }
