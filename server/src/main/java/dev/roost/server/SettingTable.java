package dev.roost.server;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

/** Lists the settings declared as constants, so that none can be forgotten. */
final class SettingTable {
    private SettingTable() {}

    static List<Setting<?>> of(Class<?>... holders) {
        List<Setting<?>> settings = new ArrayList<>();
        for (Class<?> holder : holders) {
            for (Field field : holder.getDeclaredFields()) {
                if (field.getType() == Setting.class) {
                    try {
                        settings.add((Setting<?>) field.get(null));
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException("a setting must be public: " + field.getName(), e);
                    }
                }
            }
        }
        return List.copyOf(settings);
    }
}
