pub fn fail(number: usize) -> usize {
    let numbers = [number; 0];  let index = number; numbers[index]
}
