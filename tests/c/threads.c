/* Two scans in two threads at once, begun by one thread and freed by another; each sees its own records only. */
#include "check.h"

#include <pthread.h>

enum { RECORDS = 200 };

struct job {
  proxycalc_scan *scan;
  char tag;
};

static void *work(void *argument) {
  struct job *job = argument;
  for (int at = 0; at < RECORDS; at++) {
    char line[256];
    snprintf(line, sizeof line, "{\"Identity\":\"%c%d\",\"EmailAddresses\":[\"SMTP:%c%d@contoso.com\",\"smtp:all-%c@contoso.com\"]}\n",
             job->tag, at, job->tag, at, job->tag);
    EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, job->scan, TEXT(line));
    EXPECT(PROXYCALC_INVALID_REQUEST, "version", find_conflicts, TEXT("{\"recipients\":[]}"));
  }
  EXPECT(PROXYCALC_OK, "\"recipientsRead\":200,\"objects\":200,\"addressesRead\":400,\"conflicts\":1,", proxycalc_scan_finish, job->scan);
  char expected[64];
  snprintf(expected, sizeof expected, "\"address\":\"all-%c@contoso.com\"", job->tag);
  EXPECT(PROXYCALC_OK, expected, proxycalc_scan_next, job->scan);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_next, job->scan);
  return NULL;
}

int main(void) {
  struct job jobs[2] = {{NULL, 'a'}, {NULL, 'b'}};
  pthread_t threads[2];
  for (int at = 0; at < 2; at++) {
    jobs[at].scan = begin("{\"version\":1}");
    CHECK(pthread_create(&threads[at], NULL, work, &jobs[at]) == 0);
  }
  for (int at = 0; at < 2; at++) {
    CHECK(pthread_join(threads[at], NULL) == 0);
    proxycalc_scan_free(jobs[at].scan);
  }
  return 0;
}
