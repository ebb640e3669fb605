// What every unit test starts from: an IndexedDB in memory.
import "fake-indexeddb/auto";
