/*
 * Loaded into a server with LD_PRELOAD, this keeps a copy of a directory as a power cut would leave it: of each
 * file what fsync or fdatasync has finished for, and of each folder the names that were there at its last fsync.
 * POWER_LOSS_OF is the directory, POWER_LOSS_KEPT where the copy is: a file for each inode, by its number, and for
 * each folder a list of names, each with its inode. A copy replaces the one before it in one step, so that the
 * server may be killed at any moment.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_within(const char *path, const char *directory) {
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static int copy_file(const char *from, int to) {
  char bytes[65536];
  int source = open(from, O_RDONLY | O_CLOEXEC);
  ssize_t count = -1;
  if (source < 0) return -1;
  while ((count = read(source, bytes, sizeof bytes)) > 0) {
    if (write(to, bytes, count) != count) count = -2;
    if (count < 0) break;
  }
  close(source);
  return count == 0 ? 0 : -1;
}

static int list_folder(const char *path, int to) {
  DIR *folder = opendir(path);
  if (folder == NULL) return -1;
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    dprintf(to, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
  }
  return closedir(folder);
}

/* What was synced is in the copy before the server hears that it is; a copy that cannot be made ends the server. */
static void keep(int descriptor) {
  const char *directory = getenv("POWER_LOSS_OF"), *kept = getenv("POWER_LOSS_KEPT");
  char link[64], path[PATH_MAX], name[PATH_MAX], fresh[PATH_MAX + 32];
  struct stat status;
  if (directory == NULL || kept == NULL || fstat(descriptor, &status) != 0) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = '\0';
  if (!is_within(path, directory)) return;
  snprintf(name, sizeof name, "%s/%lu", kept, (unsigned long)status.st_ino);
  snprintf(fresh, sizeof fresh, "%s.%d.fresh", name, gettid());
  int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int failed = S_ISDIR(status.st_mode) ? list_folder(path, to) : copy_file(link, to);
  close(to);
  if (failed != 0 || rename(fresh, name) != 0) abort();
}

/* Of two threads that sync one file, the one whose copy is later has the later copy. */
static pthread_mutex_t keeping = PTHREAD_MUTEX_INITIALIZER;

static int sync_and_keep(const char *function, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
  int result = real(descriptor);
  if (result != 0) return result;
  pthread_mutex_lock(&keeping);
  keep(descriptor);
  pthread_mutex_unlock(&keeping);
  return result;
}

int fsync(int descriptor) { return sync_and_keep("fsync", descriptor); }

int fdatasync(int descriptor) { return sync_and_keep("fdatasync", descriptor); }
