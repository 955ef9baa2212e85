pub fn almost() {}
