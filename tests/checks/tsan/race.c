/* Must be caught: two threads write the same numbers without a lock. Many, as one at the very same time can be missed. */
#include <pthread.h>
#include <stdio.h>

static long shared[1000];

static void *
add(void *arg)
{
	(void)arg;
	for (int i = 0; i < 100000; i++)
		shared[i % 1000]++;
	return NULL;
}

int
main(void)
{
	pthread_t other;

	if (pthread_create(&other, NULL, add, NULL) != 0)
		return 0; /* no thread, no race: counts as not caught */
	add(NULL);
	pthread_join(other, NULL);
	printf("%ld\n", shared[0]);
	return 0;
}
