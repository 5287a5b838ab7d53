package harness;

import java.io.Serializable;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A Groovy category with iterators that can be saved. Jenkins gives the same to CPS code (workflow-cps: IteratorHack). */
public final class SerialisableIterators {
  private SerialisableIterators() {}

  public static <E> Iterator<E> iterator(List<E> list) {
    return new Place<>(list);
  }

  public static <E> Iterator<E> iterator(Set<E> set) {
    return new Place<>(new ArrayList<>(set));
  }

  public static <K, V> Collection<Map.Entry<K, V>> entrySet(Map<K, V> map) {
    List<Map.Entry<K, V>> entries = new ArrayList<>();
    map.forEach((key, value) -> entries.add(new SimpleImmutableEntry<>(key, value)));
    return entries;
  }

  public static <K> Collection<K> keySet(Map<K, ?> map) {
    return new ArrayList<>(map.keySet());
  }

  public static <V> Collection<V> values(Map<?, V> map) {
    return new ArrayList<>(map.values());
  }

  private static final class Place<E> implements Iterator<E>, Serializable {
    private static final long serialVersionUID = 1;
    private final List<E> list;
    private int next;

    Place(List<E> list) {
      this.list = list;
    }

    @Override
    public boolean hasNext() {
      return next < list.size();
    }

    @Override
    public E next() {
      return list.get(next++);
    }
  }
}
