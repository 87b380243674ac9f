package io.github.clusterpool;

import io.github.clusterpool.state.PoolState;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.internal.adapter.ActorAdapter;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** What a supervisor still remembers: after a delete every collection in it and in its parts must be empty. */
final class SimLeftovers {
    /** Alarms that have lost their point ring in vain; nodes are told of ended jobs with the next chunk. */
    private static final Set<String> MAY_REMEMBER = Set.of("Alarms", "PoolNode");

    private static final Set<Package> OURS = Set.of(PoolSupervisor.class.getPackage(), PoolState.class.getPackage());

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> found = new ArrayList<>();

    private SimLeftovers() {}

    /** The fields that still hold something. */
    static List<String> in(ActorRef<PoolSupervisor.Command> supervisor) {
        ActorCell cell = (ActorCell) ((ActorRefWithCell) Adapter.toClassic(supervisor)).underlying();
        SimLeftovers leftovers = new SimLeftovers();
        leftovers.look(((ActorAdapter<?>) cell.actor()).currentBehavior());
        return leftovers.found;
    }

    private void look(Object part) {
        Class<?> type = part.getClass();
        if (!OURS.contains(type.getPackage())
                || type.isRecord()
                || type.isHidden()
                || MAY_REMEMBER.contains(type.getSimpleName())
                || !seen.add(part)) {
            return;
        }
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                look(part, field);
            }
        }
    }

    private void look(Object part, Field field) {
        Object value = read(part, field);
        boolean holds = (value instanceof Map<?, ?> map && !map.isEmpty())
                || (value instanceof Collection<?> collection && !collection.isEmpty());
        if (holds) {
            found.add(part.getClass().getSimpleName() + "." + field.getName() + " = " + value);
        } else if (value != null) {
            look(value);
        }
    }

    private static Object read(Object part, Field field) {
        try {
            field.setAccessible(true);
            return field.get(part);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
